package io.sextant.controller;

import io.sextant.protocol.snapshot.ExplorationSettings;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.constraints.time.DurationMax;

/**
 * How much to explore.
 *
 * @param exploreShare    share of requests in which a modifier other than 1 may be used
 * @param quantileLow     explore only where the uncertainty is at least this quantile of the window
 * @param quantileHigh    explore only where the uncertainty is at most this quantile of the window
 * @param modifierMin     lower bound on the modifier
 * @param modifierMax     upper bound on the modifier
 * @param timeToLive      a snapshot older than this has no effect
 * @param randomDrawsFrom the arm whose modifiers the blind arms draw from
 */
public record ExplorationConfig(@DecimalMin("0") @DecimalMax("1") double exploreShare,
        @DecimalMin("0") @DecimalMax("1") double quantileLow, @DecimalMin("0") @DecimalMax("1") double quantileHigh,
        @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") double modifierMin,
        @DecimalMin("1") @DecimalMax("100") double modifierMax,
        @DurationMin(seconds = 1) @DurationMax(days = 1) Duration timeToLive, @NotBlank String randomDrawsFrom) {

    /** Checks that the quantiles are in order. */
    public ExplorationConfig {
        if (quantileLow > quantileHigh) {
            throw new IllegalArgumentException(
                    "quantile-low is " + quantileLow + ", must be at most quantile-high, " + quantileHigh);
        }
    }

    /** As bidders are told. */
    public ExplorationSettings settings() {
        return ExplorationSettings.newBuilder().setExploreShare(exploreShare).setQuantileLow(quantileLow)
                .setQuantileHigh(quantileHigh).setModifierMin(modifierMin).setModifierMax(modifierMax)
                .setTimeToLiveMs(timeToLive.toMillis()).build();
    }
}
