package io.sextant.uncertainty.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.CtrModel;
import io.sextant.uncertainty.Allocation;
import io.sextant.uncertainty.HandNet;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonteCarloDropoutTest {
    private static final long KEY = 0x5eed;

    /** Masked, r = 1: h = (1, 0), so mask 0 gives logit 2 · 1 - 2 = 0 and mask 1 gives -2. */
    @Test
    void shouldGiveTheSampleDeviationOfTheTwoPossibleScores() {
        HandNet net = HandNet.linear();
        var request = net.randomImpression(3, 2);
        int passes = 20;
        long zeros = IntStream.range(0, passes).filter(i -> Draws.below(2, KEY, Purpose.MASKS, i) == 0).count();

        double logit = new MonteCarloDropout(UncertaintyScale.LOGIT, passes).estimate(net, KEY, request);
        double probability = new MonteCarloDropout(UncertaintyScale.PROBABILITY, passes).estimate(net, KEY, request);

        // A sample with z of one value and n - z of another, d apart, has variance d² z (n - z) / (n (n - 1)).
        double spread = Math.sqrt((double) zeros * (passes - zeros) / (passes * (passes - 1.0)));
        assertThat(zeros).isBetween(1L, passes - 1L);
        assertThat(logit).isCloseTo(2 * spread, within(1e-12));
        assertThat(probability).isCloseTo((0.5 - 0.11920292202211755) * spread, within(1e-12));
    }

    @Test
    void shouldBeZeroWhenAllMasksAgree() {
        HandNet net = HandNet.linear(0, 1, new boolean[][]{{true, true}});

        assertThat(
                new MonteCarloDropout(UncertaintyScale.PROBABILITY, 5).estimate(net, KEY, net.randomImpression(3, 2)))
                .isZero();
    }

    @Property(tries = 200, seed = "1")
    void shouldEqualADirectTwoPassComputation(@ForAll long seed, @ForAll long key,
            @ForAll @IntRange(min = 2, max = 60) int passes, @ForAll UncertaintyScale scale) {
        HandNet net = HandNet.random(seed, 0, 1);
        var request = net.randomImpression(3, 2);

        double u = new MonteCarloDropout(scale, passes).estimate(net, key, request);

        double[] sample = IntStream.range(0, passes).mapToDouble(pass -> {
            float[] logit = new float[1];
            net.scoreDropped(new int[]{CtrModel.MASKED}, 1, new int[]{Draws.below(64, key, Purpose.MASKS, pass)}, 1,
                    request,
                    logit);
            return scale == UncertaintyScale.LOGIT ? logit[0] : 1 / (1 + Math.exp(-logit[0]));
        }).toArray();
        double mean = DoubleStream.of(sample).average().orElseThrow();
        double variance = DoubleStream.of(sample).map(x -> (x - mean) * (x - mean)).sum() / (passes - 1);
        assertThat(u).isCloseTo(Math.sqrt(variance), within(1e-12));
    }

    @Test
    void shouldRepeatItselfByKeyAndDifferBetweenKeys() {
        HandNet net = HandNet.random(1, 0, 1);
        var estimator = new MonteCarloDropout(UncertaintyScale.PROBABILITY, MonteCarloDropout.PASSES_DEFAULT);
        var request = net.randomImpression(3, 2);

        double first = estimator.estimate(net, 1, request);
        double other = estimator.estimate(net, 2, request);

        assertThat(estimator.estimate(net, 1, request)).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Limits.PASSES_MAX + 1})
    void shouldRefusePassesOutOfRange(int passes) {
        assertThatThrownBy(() -> new MonteCarloDropout(UncertaintyScale.LOGIT, passes))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("passes is " + passes + ", must be 2 to 1000");
    }

    @Test
    void shouldAllocateNothing() {
        HandNet net = HandNet.random(1, 0, 1);
        var request = net.randomImpression(2, 3);
        var estimator = new MonteCarloDropout(UncertaintyScale.PROBABILITY, 20);
        double[] sink = new double[1];

        assertThat(Allocation.bytesWhenWarm(() -> sink[0] += estimator.estimate(net, KEY, request))).isZero();
    }
}
