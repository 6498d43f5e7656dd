/**
 * What the bidder tells the fleet and hears from it: uncertainties and modifiers a second, sampled decisions, lost
 * auctions; snapshots and models. Event loops only write into bounded rings and queues; everything that talks to Kafka
 * runs on threads of its own.
 */
@NullMarked
package io.sextant.bidder.event;

import org.jspecify.annotations.NullMarked;
