package io.sextant.bidder.spending;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How budgets are spent from; key {@code budget}.
 *
 * @param leases       whether bids need a lease of their campaign's budget
 * @param settleWithin longest time from a bid until its bill has been settled, if there is one; what it had reserved is free
 *                     again then
 * @param deadMan      nothing is bid when the ledger has not been heard of for this long
 * @param sliceBids    a lease is to be good for at least so many of the account's largest bids
 * @param sliceAhead   a lease is to be good for the bids of this time at the account's rate
 * @param openBidsMax  bids at once that have something reserved; more are refused
 */
public record BudgetConfig(@NotNull Leases leases, @NotNull @DurationMin(seconds = 1) Duration settleWithin,
        @NotNull @DurationMin(seconds = 1) Duration deadMan, @Min(1) @Max(10_000) int sliceBids,
        @NotNull @DurationMin(seconds = 1) Duration sliceAhead, @Min(16) @Max(1 << 24) int openBidsMax) {
    /** Who keeps bids within budgets. */
    public enum Leases {
        /** The controller's ledger, by leases. */
        LEDGER,
        /** Nobody: budgets bound nothing, and no ledger need be heard of. Stops hold all the same. */
        NONE
    }
}
