package io.sextant.perf.tune;

import io.sextant.perf.experiment.ExperimentConfig.Seeds;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * What is tried; {@code tune-reference.yaml} lists every key.
 *
 * @param experiment file of the experiment whose market, net and phases hold, beside this file; empty for the reference
 * @param seeds      runs of every setting
 * @param design     how values are put together
 * @param lossMax    how much of control's spend exploring may cost at once, as a share; among settings that cost no more the
 *                   one that teaches most is chosen
 * @param base       what settings differ from
 * @param sweep      values that are tried
 */
public record TuneConfig(@NotNull String experiment, @NotNull @Valid Seeds seeds, @NotNull Design design,
        @DecimalMin("0") @DecimalMax("1") double lossMax, @NotNull @Valid TuneSetting base,
        @NotNull @Valid Sweep sweep) {
    /** How values are put together; key {@code design}. */
    public enum Design {
        /** Each value with all else as in the base. */
        ONE_AT_A_TIME,
        /** Every value with every other. */
        GRID
    }

    /**
     * A quantile band.
     *
     * @param low  explore only from this quantile of the window's uncertainty on
     * @param high explore only up to this quantile
     */
    public record Band(@DecimalMin("0") @DecimalMax("1") double low, @DecimalMin("0") @DecimalMax("1") double high) {}

    /**
     * A range of modifiers.
     *
     * @param min smallest modifier
     * @param max largest modifier
     */
    public record Range(@Positive @DecimalMax("1") double min, @DecimalMin("1") @DecimalMax("10") double max) {}

    /**
     * How uncertainty is measured.
     *
     * @param estimator how
     * @param scale     on which scale
     * @param passes    passes of monte-carlo; the others do not look at it
     */
    public record Measure(@NotNull Estimator estimator, @NotNull UncertaintyScale scale,
            @Min(2) @Max(1000) int passes) {}

    /**
     * Values that are tried; key {@code sweep}. An empty list leaves the base's value.
     *
     * @param exploreShare share of requests in which a modifier other than 1 may be used
     * @param band         quantile bands
     * @param modifier     ranges of modifiers
     * @param measure      ways to measure uncertainty
     */
    public record Sweep(@NotNull List<@DecimalMin("0") @DecimalMax("1") Double> exploreShare,
            @NotNull List<@Valid Band> band, @NotNull List<@Valid Range> modifier,
            @NotNull List<@Valid Measure> measure) {
        public Sweep {
            exploreShare = List.copyOf(exploreShare);
            band = List.copyOf(band);
            modifier = List.copyOf(modifier);
            measure = List.copyOf(measure);
        }
    }

    /** Every setting that is tried, the base first, none twice. */
    public List<TuneSetting> settings() {
        SequencedSet<TuneSetting> all = new LinkedHashSet<>(List.of(base));
        if (design == Design.ONE_AT_A_TIME) {
            sweep.exploreShare.forEach(value -> all.add(base.withExploreShare(value)));
            sweep.band.forEach(value -> all.add(base.withBand(value)));
            sweep.modifier.forEach(value -> all.add(base.withModifier(value)));
            sweep.measure.forEach(value -> all.add(base.withMeasure(value)));
            return new ArrayList<>(all);
        }
        for (double share : or(sweep.exploreShare, base.exploreShare())) {
            for (Band band : or(sweep.band, base.band())) {
                for (Range modifier : or(sweep.modifier, base.modifier())) {
                    for (Measure measure : or(sweep.measure, base.measure())) {
                        all.add(new TuneSetting(share, band, modifier, measure));
                    }
                }
            }
        }
        return new ArrayList<>(all);
    }

    private static <T> List<T> or(List<T> values, T otherwise) {
        return values.isEmpty() ? List.of(otherwise) : values;
    }
}
