package io.sextant.uncertainty.estimator;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.Scale;
import org.jspecify.annotations.Nullable;

/**
 * What uncertainty is measured with. Numbers of two measures cannot be compared, and neither can those of two models whose
 * epochs differ: {@link #epoch} tells both apart. Immutable and thread-safe.
 *
 * @param estimator how it is measured
 * @param passes    passes of {@link Estimator#MONTE_CARLO}, {@link Limits#PASSES_MIN} to {@link Limits#PASSES_MAX}; the
 *                  others do not look at it
 * @param scale     what the deviation is of
 */
public record UncertaintyMeasure(Estimator estimator, int passes, UncertaintyScale scale) {
    private static final Hasher64 EPOCH = Hashing.xxh3_64(0xe90c4L);

    /** How a request's uncertainty is measured. */
    public enum Estimator {
        /** The spread over drawn dropout masks. */
        MONTE_CARLO,
        /** The same spread to first order, without drawing. */
        LINEARISED,
        /** What training has not yet seen of the request's rows. */
        ROW_INFORMATION,
        /** How far one more example would move the model. */
        GRADIENT_NORM
    }

    /**
     * Checks the passes.
     *
     * @throws IllegalArgumentException if monte-carlo is to take fewer or more than it can
     */
    public UncertaintyMeasure {
        if (estimator == Estimator.MONTE_CARLO && (passes < Limits.PASSES_MIN || passes > Limits.PASSES_MAX)) {
            throw new IllegalArgumentException("passes is " + passes + ", must be " + Limits.PASSES_MIN + " to "
                    + Limits.PASSES_MAX);
        }
    }

    /**
     * What the fleet's settings say; null where they do not say it, which leaves 0 passes.
     *
     * @throws IllegalArgumentException if they name what this build does not know, or passes out of range
     */
    public static @Nullable UncertaintyMeasure of(ExplorationSettings settings) {
        if (settings.getPasses() == 0) {
            return null;
        }
        return new UncertaintyMeasure(estimator(settings.getEstimator(), settings.getEstimatorValue()),
                settings.getPasses(), scale(settings.getScale(), settings.getScaleValue()));
    }

    static Estimator estimator(io.sextant.protocol.snapshot.Estimator told, int number) {
        return switch (told) {
            case ESTIMATOR_MONTE_CARLO -> Estimator.MONTE_CARLO;
            case ESTIMATOR_LINEARISED -> Estimator.LINEARISED;
            case ESTIMATOR_ROW_INFORMATION -> Estimator.ROW_INFORMATION;
            case ESTIMATOR_GRADIENT_NORM -> Estimator.GRADIENT_NORM;
            case UNRECOGNIZED -> throw new IllegalArgumentException(
                    "estimator " + number + " is not known here; this build is older than the one that set it");
        };
    }

    static UncertaintyScale scale(Scale told, int number) {
        return switch (told) {
            case SCALE_PROBABILITY -> UncertaintyScale.PROBABILITY;
            case SCALE_LOGIT -> UncertaintyScale.LOGIT;
            case UNRECOGNIZED -> throw new IllegalArgumentException(
                    "scale " + number + " is not known here; this build is older than the one that set it");
        };
    }

    /** The same in the fleet's settings. */
    public void writeTo(ExplorationSettings.Builder settings) {
        settings.setPasses(passes).setEstimator(told(estimator)).setScale(told(scale));
    }

    static io.sextant.protocol.snapshot.Estimator told(Estimator estimator) {
        return switch (estimator) {
            case MONTE_CARLO -> io.sextant.protocol.snapshot.Estimator.ESTIMATOR_MONTE_CARLO;
            case LINEARISED -> io.sextant.protocol.snapshot.Estimator.ESTIMATOR_LINEARISED;
            case ROW_INFORMATION -> io.sextant.protocol.snapshot.Estimator.ESTIMATOR_ROW_INFORMATION;
            case GRADIENT_NORM -> io.sextant.protocol.snapshot.Estimator.ESTIMATOR_GRADIENT_NORM;
        };
    }

    static Scale told(UncertaintyScale scale) {
        return switch (scale) {
            case PROBABILITY -> Scale.SCALE_PROBABILITY;
            case LOGIT -> Scale.SCALE_LOGIT;
        };
    }

    /** An estimator for one event loop; allocates its buffers. */
    public UncertaintyEstimator newEstimator() {
        return switch (estimator) {
            case MONTE_CARLO -> new MonteCarloDropout(scale, passes);
            case LINEARISED -> new LinearisedDropout(scale);
            case ROW_INFORMATION -> new RowInformation(scale);
            case GRADIENT_NORM -> new GradientNorm(scale);
        };
    }

    /**
     * The epoch of uncertainties that this measures of a model: a hash, the same in every process, so that bidders and
     * controller tell apart what must not be put into one window. Passes count where they are made only.
     *
     * @param modelEpoch the model's own, {@code ModelDescription.uncertaintyEpoch}
     */
    public long epoch(long modelEpoch) {
        return EPOCH.hashStream().putLong(modelEpoch).putString(estimator.name())
                .putInt(estimator == Estimator.MONTE_CARLO ? passes : 0).putString(scale.name()).getAsLong();
    }
}
