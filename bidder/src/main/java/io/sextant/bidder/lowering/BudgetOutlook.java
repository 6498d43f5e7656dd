package io.sextant.bidder.lowering;

import org.jspecify.annotations.Nullable;

/** What accounts have left; an account is a campaign in an arm. Thread-safe; cold. */
@FunctionalInterface
public interface BudgetOutlook {
    /** Nothing is known of any account. */
    BudgetOutlook UNKNOWN = (_, _) -> null;

    /**
     * What an account has left until the end of its day, over the fleet.
     *
     * @param budgetNanos what may still be spent, nanos of USD; 0 or more
     * @param auctions    impressions for which it will have a candidate; 0 where unknown
     * @param candidacies impressions for which it has had one at this bidder; only rises, but for a new day
     * @param bidFactor   multiplies its bids; 1 where it is not steered to a cost per click
     */
    record Left(long budgetNanos, double auctions, long candidacies, double bidFactor) {}

    /** What is left; null where it is not known. */
    @Nullable
    Left left(String campaignId, int arm);
}
