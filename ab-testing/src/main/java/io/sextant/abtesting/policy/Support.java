package io.sextant.abtesting.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much of a log speaks for the target policy.
 *
 * @param decisions           in the log
 * @param rewards             of them paid
 * @param effectiveDecisions  as many decisions of the target's own would tell about as much: (sum w)² over sum w²
 * @param kept                decisions that replay keeps
 * @param keptRewards         of them paid
 * @param meanWeight          mean of w before clipping; 1 if the propensities are right and nothing is missing
 * @param meanWeightError     its standard error
 * @param largestWeight       before clipping
 * @param largestShare        of the weight of all decisions that one decision has, after clipping
 * @param clipped             share of decisions whose weight was clipped
 * @param missing             share of what the target would do that the log has never done in the same stratum
 */
public record Support(@JsonProperty("decisions") long decisions, @JsonProperty("rewards") long rewards,
        @JsonProperty("effective_decisions") double effectiveDecisions, @JsonProperty("kept") long kept,
        @JsonProperty("kept_rewards") long keptRewards, @JsonProperty("mean_weight") double meanWeight,
        @JsonProperty("mean_weight_error") double meanWeightError,
        @JsonProperty("largest_weight") double largestWeight, @JsonProperty("largest_share") double largestShare,
        @JsonProperty("clipped") double clipped, @JsonProperty("missing") double missing) {
    private static final double MISSING_MAX = 1e-3;
    private static final double ERRORS_MAX = 3;
    private static final double EFFECTIVE_MIN = 100;
    private static final double SHARE_MAX = 0.05;
    private static final double REWARDS_MIN = 30;
    private static final double KEPT_REWARDS_MIN = 10;

    /** What must be known before an estimate is believed; empty if nothing speaks against it. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (missing > MISSING_MAX) {
            warnings.add(String.format(Locale.ROOT,
                    "%.3g %% of what the target would do the log has never done: of that it says nothing, and IPS and"
                            + " replay count it as 0",
                    100 * missing));
        }
        if (Math.abs(meanWeight - 1) > ERRORS_MAX * meanWeightError) {
            warnings.add(String.format(Locale.ROOT,
                    "the mean weight is %.3f ± %.3f, should be 1: the propensities are wrong, or actions of the"
                            + " target are missing from the log",
                    meanWeight, meanWeightError));
        }
        if (!(effectiveDecisions >= EFFECTIVE_MIN)) {
            warnings.add(String.format(Locale.ROOT, "the log is worth %.0f decisions of the target's own: too few",
                    effectiveDecisions));
        }
        if (largestShare > SHARE_MAX) {
            warnings.add(String.format(Locale.ROOT,
                    "one decision has %.0f %% of the weight; clip weights, or do not believe the intervals",
                    100 * largestShare));
        }
        if (rewards < REWARDS_MIN) {
            warnings.add(String.format(Locale.ROOT, "%d decisions paid: intervals of so few are too narrow", rewards));
        }
        if (keptRewards < KEPT_REWARDS_MIN) {
            warnings.add(String.format(Locale.ROOT,
                    "%d of the %d decisions that replay keeps paid: its interval says nothing", keptRewards,
                    kept));
        }
        if (clipped > 0) {
            warnings.add(String.format(Locale.ROOT,
                    "weights of %.2g %% of decisions were clipped: estimates lean towards the logged policy",
                    100 * clipped));
        }
        return warnings;
    }
}
