package io.sextant.uncertainty.estimator;

import io.sextant.protocol.snapshot.ArmMeasure;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one arm measures uncertainty in another way than the rest of the fleet, so that ways can be compared as arms. Immutable
 * and thread-safe.
 *
 * @param estimator how it is measured; null as the rest
 * @param passes    passes of {@link Estimator#MONTE_CARLO}, {@link Limits#PASSES_MIN} to {@link Limits#PASSES_MAX}; null as
 *                  the rest
 * @param scale     what the deviation is of; null as the rest
 */
public record OwnMeasure(@Nullable Estimator estimator, @Nullable Integer passes, @Nullable UncertaintyScale scale) {
    /**
     * Checks the passes.
     *
     * @throws IllegalArgumentException if they are out of range
     */
    public OwnMeasure {
        if (passes != null && (passes < Limits.PASSES_MIN || passes > Limits.PASSES_MAX)) {
            throw new IllegalArgumentException(
                    "passes is " + passes + ", must be " + Limits.PASSES_MIN + " to " + Limits.PASSES_MAX);
        }
    }

    /** What the fleet was told of an arm; errors as of {@link UncertaintyMeasure#of}. */
    public static OwnMeasure of(ArmMeasure told) {
        return new OwnMeasure(
                told.hasEstimator() ? UncertaintyMeasure.estimator(told.getEstimator(), told.getEstimatorValue())
                        : null,
                told.hasPasses() ? told.getPasses() : null,
                told.hasScale() ? UncertaintyMeasure.scale(told.getScale(), told.getScaleValue()) : null);
    }

    /** The same in the fleet's settings. */
    public ArmMeasure of(String arm) {
        var told = ArmMeasure.newBuilder().setArm(arm);
        if (estimator != null) {
            told.setEstimator(UncertaintyMeasure.told(estimator));
        }
        if (passes != null) {
            told.setPasses(passes);
        }
        if (scale != null) {
            told.setScale(UncertaintyMeasure.told(scale));
        }
        return told.build();
    }

    /** How the arm measures where the rest measures like this. */
    public UncertaintyMeasure over(UncertaintyMeasure rest) {
        return new UncertaintyMeasure(Objects.requireNonNullElse(estimator, rest.estimator()),
                Objects.requireNonNullElse(passes, rest.passes()), Objects.requireNonNullElse(scale, rest.scale()));
    }

    /** The fleet's settings as they hold for one arm; errors as of {@link UncertaintyMeasure#of}. */
    public static ExplorationSettings settings(ExplorationSettings fleet, String arm) {
        if (fleet.getArmMeasureCount() == 0) {
            return fleet;
        }
        var settings = fleet.toBuilder().clearArmMeasure();
        UncertaintyMeasure rest = UncertaintyMeasure.of(fleet);
        for (ArmMeasure told : fleet.getArmMeasureList()) {
            if (rest != null && told.getArm().equals(arm)) {
                of(told).over(rest).writeTo(settings);
            }
        }
        return settings.build();
    }
}
