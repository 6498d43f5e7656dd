/**
 * From a click's value to a bid: price, margin, modifier, floor, currency. Hot path: pure functions and immutable tables
 * on the event loops.
 */
@NullMarked
package io.sextant.bidder.pricing;

import org.jspecify.annotations.NullMarked;
