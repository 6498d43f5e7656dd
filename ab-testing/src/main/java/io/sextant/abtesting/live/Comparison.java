package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One arm against control by one measure. All intervals and p values are conditional on the models that were bid with:
 * another run of the same experiment would train others.
 *
 * @param units             which units: {@code all}, or a kind of them
 * @param measure           by what
 * @param arm               the arm
 * @param control           control's value; null where it is not known
 * @param treatment         the arm's
 * @param difference        relative, by the delta method; null where too little is known
 * @param bootstrap         the same, by the bootstrap of units; null where it was not asked for
 * @param p                 of the test that is looked at once, at the time planned for
 * @param pHolm             the same, for all arms together
 * @param pAlwaysValid      of the test that may be looked at at any time, and stopped by
 * @param pAlwaysValidHolm  the same, for all arms together
 * @param adjusted          relative difference without what the units showed before (CUPED); null without a time before
 * @param pAdjusted         of the test that is looked at once
 * @param varianceExplained part of the variance that the time before takes out, 0..1
 */
public record Comparison(@JsonProperty("units") String units, @JsonProperty("measure") Measure measure,
        @JsonProperty("arm") String arm, @JsonProperty("control") @Nullable Double control,
        @JsonProperty("treatment") @Nullable Double treatment,
        @JsonProperty("difference") @Nullable Interval difference,
        @JsonProperty("bootstrap") @Nullable Interval bootstrap, @JsonProperty("p") @Nullable Double p,
        @JsonProperty("p_holm") @Nullable Double pHolm,
        @JsonProperty("p_always_valid") @Nullable Double pAlwaysValid,
        @JsonProperty("p_always_valid_holm") @Nullable Double pAlwaysValidHolm,
        @JsonProperty("adjusted") @Nullable Interval adjusted, @JsonProperty("p_adjusted") @Nullable Double pAdjusted,
        @JsonProperty("variance_explained") @Nullable Double varianceExplained) {

    Comparison with(@Nullable Double holm, @Nullable Double alwaysValidHolm) {
        return new Comparison(units, measure, arm, control, treatment, difference, bootstrap, p, holm, pAlwaysValid,
                alwaysValidHolm, adjusted, pAdjusted, varianceExplained);
    }
}
