/**
 * What comes back after a bid: sealed tokens, prices, and the journal that makes a notice durable before it is answered.
 * Warm: tokens are sealed and opened on the bidder's event loops; the journal has a writer and a forwarder thread of its
 * own.
 */
@NullMarked
package io.sextant.bidder.notice;

import org.jspecify.annotations.NullMarked;
