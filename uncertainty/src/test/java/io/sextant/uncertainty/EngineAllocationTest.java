package io.sextant.uncertainty;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.uncertainty.age.AgeAdjuster;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.age.AgeConfig.Direction;
import io.sextant.uncertainty.age.AgeConfig.Mode;
import io.sextant.uncertainty.choice.PolicyChoice;
import io.sextant.uncertainty.estimator.GradientNorm;
import io.sextant.uncertainty.estimator.LinearisedDropout;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import io.sextant.uncertainty.estimator.RowInformation;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.policy.ExplorationPolicy;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Of one impression, begun, scored, judged and explored on the engine that serves, no byte is left on the heap. */
class EngineAllocationTest {
    /** Candidates that take every kind of tile: twelve, five, four, two rows and one. */
    private static final int CANDIDATES = 31;
    private static final long KEY = 0x5eed;

    private final EngineImpression impression = new EngineImpression(EngineImpression.standard(), CANDIDATES, 4);
    private final double[] sink = new double[1];

    enum Estimator {
        MONTE_CARLO, LINEARISED, ROW_INFORMATION, GRADIENT_NORM;

        UncertaintyEstimator on(UncertaintyScale scale) {
            return switch (this) {
                case MONTE_CARLO -> new MonteCarloDropout(scale, MonteCarloDropout.PASSES_DEFAULT);
                case LINEARISED -> new LinearisedDropout(scale);
                case ROW_INFORMATION -> new RowInformation(scale);
                case GRADIENT_NORM -> new GradientNorm(scale);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothingForARequestsUncertainty(Estimator kind) {
        UncertaintyEstimator probability = kind.on(UncertaintyScale.PROBABILITY);
        UncertaintyEstimator logit = kind.on(UncertaintyScale.LOGIT);

        assertThat(Allocation.bytesWhenCompiled(() -> {
            impression.score();
            sink[0] += probability.estimate(impression.model, KEY, impression.scratch);
            sink[0] += logit.estimate(impression.model, KEY, impression.scratch);
        })).isZero();
        assertThat(sink[0]).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"TS, FGM, false", "TS, PGD, false", "UCB, FGM, false", "UCB, PGD, false", "UCB, FGM, true"})
    void shouldAllocateNothingForExploration(Mode mode, Direction direction, boolean linearised) {
        AgeConfig config = AgeConfigs.age(mode, direction, 2, 8, linearised, AgeConfig.LAMBDA_OF_ARTEFACT, true, 10);
        AgeAdjuster adjuster = new AgeAdjuster(config, impression.model.description(), CANDIDATES);
        float[] adjusted = new float[CANDIDATES];
        long[] prices = LongStream.range(0, CANDIDATES).toArray();

        assertThat(Allocation.bytesWhenCompiled(() -> {
            impression.score();
            sink[0] += adjuster.explore(impression.model, CANDIDATES, impression.plain, prices, KEY,
                    impression.scratch, adjusted);
        })).isZero();
        assertThat(sink[0]).isPositive();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"ENSEMBLE_TS", "ENSEMBLE_UCB"})
    void shouldAllocateNothingForAnyPolicy(PolicyChoice.Kind kind) {
        ExplorationPolicy policy = PolicyChoice.of(kind).newPolicy(impression.model, CANDIDATES);
        float[] explored = new float[CANDIDATES];
        long[] prices = LongStream.range(0, CANDIDATES).toArray();

        assertThat(Allocation.bytesWhenCompiled(() -> {
            impression.score();
            sink[0] += policy.explore(impression.model, CANDIDATES, impression.plain, prices, KEY,
                    impression.scratch, explored) + 1;
        })).isZero();
        assertThat(sink[0]).isPositive();
    }

    /** The count itself: a run that allocates is seen. */
    @Test
    void shouldSeeAnObjectARun() {
        Object[] kept = new Object[1];

        assertThat(Allocation.bytesWhenCompiled(() -> kept[0] = new double[4])).isGreaterThan(50 * 32);
    }
}
