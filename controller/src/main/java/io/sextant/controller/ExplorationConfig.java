package io.sextant.controller;

import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.uncertainty.estimator.Limits;
import io.sextant.uncertainty.estimator.OwnMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How much to explore. All but the last two can be changed while everything runs; what the controller is started with
 * holds until anything has been set for the fleet, see {@code FleetSettings}.
 *
 * @param exploreShare    share of requests in which a modifier other than 1 may be used
 * @param quantileLow     explore only where the uncertainty is at least this quantile of the window
 * @param quantileHigh    explore only where the uncertainty is at most this quantile of the window
 * @param modifierMin     lower bound on the modifier
 * @param modifierMax     upper bound on the modifier
 * @param timeToLive      a snapshot older than this has no effect
 * @param estimator       how a request's uncertainty is measured
 * @param passes          passes of monte-carlo
 * @param scale           what the deviation is of
 * @param arms            arms that measure in another way than the rest, by name
 * @param window          how far back the statistics reach; whole panes
 * @param cells           what a leaf cell is named by
 * @param cellsMax        bound on the leaf cells of an arm; the least used beyond it are counted as "other"
 * @param divisor         whose mean and quantiles an uncertainty is held against
 * @param premiumTarget   exploration premium that the gain is steered to, as a share of spend
 * @param premiumCap      exploration premium at which exploration is turned off at once, as a share of spend; 0 turns it
 *                        off whatever it costs, 1 is never reached
 * @param randomDrawsFrom the arm whose modifiers the blind arms draw from; read at start only
 * @param file            a YAML file with some of these keys, which is watched and changes them for the whole fleet; empty
 *                        for none; read at start only
 */
public record ExplorationConfig(@DecimalMin("0") @DecimalMax("1") double exploreShare,
        @DecimalMin("0") @DecimalMax("1") double quantileLow, @DecimalMin("0") @DecimalMax("1") double quantileHigh,
        @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") double modifierMin,
        @DecimalMin("1") @DecimalMax("10") double modifierMax,
        @DurationMin(seconds = 1) @DurationMax(days = 1) Duration timeToLive,
        UncertaintyMeasure.@NotNull Estimator estimator, @Min(Limits.PASSES_MIN) @Max(Limits.PASSES_MAX) int passes,
        @NotNull UncertaintyScale scale, @NotNull Map<String, @NotNull OwnMeasure> arms,
        @DurationMin(seconds = 1) @DurationMax(days = 1) Duration window,
        @NotNull Cells cells, @Min(1) @Max(100_000) int cellsMax, @NotNull Divisor divisor,
        @DecimalMin("0") @DecimalMax("1") double premiumTarget, @DecimalMin("0") @DecimalMax("1") double premiumCap,
        @NotBlank String randomDrawsFrom, @NotNull String file) {

    /** What a leaf cell is named by; key {@code cells}. */
    public enum Cells {
        /** Exchange and format. */
        EXCHANGE_FORMAT(io.sextant.protocol.snapshot.Cells.CELLS_EXCHANGE_FORMAT),
        /** Exchange, format and publisher. */
        EXCHANGE_FORMAT_PUBLISHER(io.sextant.protocol.snapshot.Cells.CELLS_EXCHANGE_FORMAT_PUBLISHER);

        private final io.sextant.protocol.snapshot.Cells told;

        Cells(io.sextant.protocol.snapshot.Cells told) {
            this.told = told;
        }
    }

    /** Whose mean and quantiles an uncertainty is held against; key {@code divisor}. */
    public enum Divisor {
        /** The arm's. */
        ARM(io.sextant.protocol.snapshot.Divisor.DIVISOR_ARM),
        /** Those of the impression's format in the arm. */
        FORMAT(io.sextant.protocol.snapshot.Divisor.DIVISOR_FORMAT);

        private final io.sextant.protocol.snapshot.Divisor told;

        Divisor(io.sextant.protocol.snapshot.Divisor told) {
            this.told = told;
        }
    }

    /** Checks rules over several keys. */
    public ExplorationConfig {
        arms = Collections.unmodifiableSortedMap(new TreeMap<>(arms));
        if (quantileLow > quantileHigh) {
            throw new IllegalArgumentException(
                    "quantile-low is " + quantileLow + ", must be at most quantile-high, " + quantileHigh);
        }
        // A cap of 0 is the switch, and needs no other setting to be thrown.
        if (premiumCap > 0 && premiumTarget > premiumCap) {
            throw new IllegalArgumentException(
                    "premium-target is " + premiumTarget + ", must be at most premium-cap, " + premiumCap);
        }
    }

    /** What can be changed while everything runs, as bidders are told. */
    public ExplorationSettings settings() {
        var settings = ExplorationSettings.newBuilder().setExploreShare(exploreShare).setQuantileLow(quantileLow)
                .setQuantileHigh(quantileHigh).setModifierMin(modifierMin).setModifierMax(modifierMax)
                .setTimeToLiveMs(timeToLive.toMillis()).setWindowMs(window.toMillis()).setCells(cells.told)
                .setCellsMax(cellsMax).setDivisor(divisor.told).setPremiumTarget(premiumTarget)
                .setPremiumCap(premiumCap);
        new UncertaintyMeasure(estimator, passes, scale).writeTo(settings);
        arms.forEach((arm, measure) -> settings.addArmMeasure(measure.of(arm)));
        return settings.build();
    }

    /**
     * These settings with what can be changed while everything runs from {@code settings}. Ranges are not checked.
     *
     * @throws IllegalArgumentException if {@code settings} contradict themselves or name what this build does not know
     */
    public ExplorationConfig with(ExplorationSettings settings) {
        UncertaintyMeasure measure = Objects.requireNonNullElseGet(UncertaintyMeasure.of(settings), () -> {
            throw new IllegalArgumentException(
                    "passes is 0, must be " + Limits.PASSES_MIN + " to " + Limits.PASSES_MAX);
        });
        return new ExplorationConfig(settings.getExploreShare(), settings.getQuantileLow(), settings.getQuantileHigh(),
                settings.getModifierMin(), settings.getModifierMax(), Duration.ofMillis(settings.getTimeToLiveMs()),
                measure.estimator(), measure.passes(), measure.scale(), arms(settings),
                Duration.ofMillis(settings.getWindowMs()),
                cells(settings), settings.getCellsMax(), divisor(settings), settings.getPremiumTarget(),
                settings.getPremiumCap(), randomDrawsFrom, file);
    }

    private static Map<String, OwnMeasure> arms(ExplorationSettings settings) {
        var arms = new TreeMap<String, OwnMeasure>();
        settings.getArmMeasureList().forEach(told -> arms.put(told.getArm(), OwnMeasure.of(told)));
        return arms;
    }

    private static Cells cells(ExplorationSettings settings) {
        return switch (settings.getCells()) {
            case CELLS_EXCHANGE_FORMAT -> Cells.EXCHANGE_FORMAT;
            case CELLS_EXCHANGE_FORMAT_PUBLISHER -> Cells.EXCHANGE_FORMAT_PUBLISHER;
            case UNRECOGNIZED -> throw new IllegalArgumentException("cells " + settings.getCellsValue()
                    + " is not known here; this build is older than the one that set it");
        };
    }

    private static Divisor divisor(ExplorationSettings settings) {
        return switch (settings.getDivisor()) {
            case DIVISOR_ARM -> Divisor.ARM;
            case DIVISOR_FORMAT -> Divisor.FORMAT;
            case UNRECOGNIZED -> throw new IllegalArgumentException("divisor " + settings.getDivisorValue()
                    + " is not known here; this build is older than the one that set it");
        };
    }
}
