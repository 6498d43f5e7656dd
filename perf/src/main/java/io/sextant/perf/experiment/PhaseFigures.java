package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one arm did in one phase.
 *
 * @param requests        that were the arm's
 * @param impressions     offered in them
 * @param bids            of these, impressions with a bid
 * @param wins            of these, impressions bought
 * @param observed        money by the clicks that happened
 * @param expected        money by the true click probabilities: the same expectation, less noise
 * @param premium         share of the spend, 0 to 1, that was paid above what a bid at modifier 1 and the plain click
 *                        probability would have been
 * @param modifierOfBids  mean applied modifier of the bids
 * @param modifierOfWins  mean applied modifier of the impressions bought
 * @param newPublishers   share of the wins, 0 to 1, on publishers that had no impression in the arm's first model
 */
public record PhaseFigures(@JsonProperty("requests") long requests, @JsonProperty("impressions") long impressions,
        @JsonProperty("bids") long bids, @JsonProperty("wins") long wins, @JsonProperty("observed") Money observed,
        @JsonProperty("expected") Money expected, @JsonProperty("premium") double premium,
        @JsonProperty("modifier_of_bids") double modifierOfBids,
        @JsonProperty("modifier_of_wins") double modifierOfWins,
        @JsonProperty("new_publishers") double newPublishers) {
    /** Wins a bid; NaN without bids. */
    public double winRate() {
        return (double) wins / bids;
    }

    /** Observed clicks an impression bought. */
    public double ctr() {
        return observed.clicks() / wins;
    }

    /** Expected clicks an impression bought. */
    public double expectedCtr() {
        return expected.clicks() / wins;
    }

    /** USD paid an observed click. */
    public double ecpcUsd() {
        return observed.spendUsd() / observed.clicks();
    }

    /** USD paid an expected click. */
    public double expectedEcpcUsd() {
        return expected.spendUsd() / expected.clicks();
    }
}
