package io.sextant.uncertainty.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.Allocation;
import io.sextant.uncertainty.EngineImpression;
import io.sextant.uncertainty.HandNet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearisedDropoutTest {
    private static final long KEY = 0x5eed;

    /** Masked, r = 1: h = (1, 0), g = (1, 1), drop rate ½, so the variance is 1 · (1² + 0²); f is σ(-1). */
    @Test
    void shouldBeTheSpreadOfTheLinearNetAndThatTimesTheSlope() {
        HandNet net = HandNet.linear();
        var request = net.impression(new int[]{4}, new int[]{7, 12});

        double logit = new LinearisedDropout(UncertaintyScale.LOGIT).estimate(net, KEY, request);
        double probability = new LinearisedDropout(UncertaintyScale.PROBABILITY).estimate(net, KEY, request);

        assertThat(logit).isCloseTo(1, within(1e-7));
        assertThat(probability).isCloseTo(0.19661193324148185, within(1e-7));
    }

    /** One hidden layer is linear in its masks: here the linearised spread is the spread, but for the bank's noise. */
    @ParameterizedTest
    @EnumSource
    void shouldBeWhatManyPassesGiveWhereTheNetIsLinearInItsMasks(UncertaintyScale scale) {
        var model = EngineImpression.model(EngineImpression.weights(8, List.of(200), 1, 3));
        double worst = 0;
        for (int seed = 0; seed < 20; seed++) {
            EngineImpression impression = new EngineImpression(model, 1, seed);

            double linearised = new LinearisedDropout(scale).estimate(model, KEY, impression.scratch);
            double sampled = new MonteCarloDropout(scale, Limits.PASSES_MAX).estimate(model, KEY, impression.scratch);

            worst = Math.max(worst, Math.abs(linearised / sampled - 1));
        }
        // A deviation over 1,000 draws from 1,024 masks has a standard error of 3 %; a slope is not a secant.
        assertThat(worst).isLessThan(scale == UncertaintyScale.LOGIT ? 0.1 : 0.15);
    }

    @Test
    void shouldNotDependOnTheDecision() {
        HandNet net = HandNet.random(1, 0, 1);
        var request = net.randomImpression(2, 3);
        var estimator = new LinearisedDropout(UncertaintyScale.PROBABILITY);

        assertThat(estimator.estimate(net, 1, request)).isEqualTo(estimator.estimate(net, 2, request)).isPositive();
    }

    @Test
    void shouldAllocateNothing() {
        HandNet net = HandNet.random(1, 0, 1);
        var request = net.randomImpression(2, 3);
        var estimator = new LinearisedDropout(UncertaintyScale.PROBABILITY);
        double[] sink = new double[1];

        assertThat(Allocation.bytesWhenWarm(() -> sink[0] += estimator.estimate(net, KEY, request))).isZero();
    }
}
