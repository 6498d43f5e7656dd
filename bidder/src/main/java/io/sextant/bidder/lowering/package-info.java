/**
 * Bids below what an impression is worth: the strategies that make budgets last and the shading of first-price auctions, wired
 * into the bidder. {@link io.sextant.bidder.lowering.LoweredBids} is hot path and reads one immutable
 * {@link io.sextant.bidder.lowering.BidPlans} through a volatile reference; the plans are made anew by the one thread of
 * {@link io.sextant.bidder.lowering.BidPlanner}, which hears from notices how auctions ended.
 */
@NullMarked
package io.sextant.bidder.lowering;

import org.jspecify.annotations.NullMarked;
