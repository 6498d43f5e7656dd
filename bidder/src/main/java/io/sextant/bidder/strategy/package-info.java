/**
 * Bidding with a budget that has to last: from what an impression is worth, the budget and the auctions that are left, and
 * the prices at which others buy, to a bid.
 *
 * <p>
 * A {@link io.sextant.bidder.strategy.BudgetStrategy} makes a {@link io.sextant.bidder.strategy.BudgetPlan} from an
 * {@link io.sextant.bidder.strategy.Outlook}: cold, on the planner's thread, anew whenever the outlook has changed. A plan is
 * immutable and hot path: event loops read it through one volatile reference and call it for each bid; it allocates nothing
 * and takes no lock. What learns ({@link io.sextant.bidder.strategy.PriceLearner},
 * {@link io.sextant.bidder.strategy.CostPerClickControl}) has one owner, which hands out immutable snapshots.
 */
@NullMarked
package io.sextant.bidder.strategy;

import org.jspecify.annotations.NullMarked;
