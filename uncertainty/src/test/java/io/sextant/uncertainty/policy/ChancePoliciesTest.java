package io.sextant.uncertainty.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.HandNet;
import io.sextant.uncertainty.draw.DecisionKey;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Policies that look at no deviation: frequencies against what they should be. */
class ChancePoliciesTest {
    private static final HandNet NET = HandNet.flat();
    private static final int DECISIONS = 20_000;

    private static float[] explored(ExplorationPolicy policy, float[] plain, long key) {
        float[] explored = new float[plain.length];
        policy.explore(NET, plain.length, plain, new long[plain.length], key, NET.randomImpression(1, 1), explored);
        return explored;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int row = 1; row < logits.length; row++) {
            best = logits[row] > logits[best] ? row : best;
        }
        return best;
    }

    private static long key(int decision) {
        return DecisionKey.of("request " + decision, "1", 3);
    }

    @Property(tries = 200, seed = "1")
    void shouldDealTheSameLogitsOut(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int size,
            @ForAll @DoubleRange(min = 0, max = 1) double epsilon) {
        var random = new SplittableRandom(seed);
        float[] plain = new float[size];
        for (int row = 0; row < size; row++) {
            plain[row] = (float) random.nextGaussian();
        }
        float[] inPlace = plain.clone();

        float[] explored = explored(new EpsilonGreedyPolicy(epsilon), plain, seed);
        new EpsilonGreedyPolicy(epsilon).explore(NET, size, inPlace, new long[size], seed, NET.randomImpression(1, 1),
                inPlace);

        assertThat(explored).isEqualTo(inPlace);
        Arrays.sort(explored);
        Arrays.sort(plain);
        assertThat(explored).isEqualTo(plain);
    }

    /** Every one of the 24 orders of 4 candidates: χ² with 23 degrees of freedom, 49.7 at 0.001. */
    @Test
    void shouldMakeEveryOrderEquallyLikelyWhenRankedByChance() {
        var policy = new EpsilonGreedyPolicy(1);
        float[] plain = {1, 2, 3, 4};
        int[] counts = new int[256];

        for (int decision = 0; decision < DECISIONS; decision++) {
            float[] explored = explored(policy, plain, key(decision));
            int order = 0;
            for (float logit : explored) {
                order = 4 * order + (int) logit - 1;
            }
            counts[order]++;
        }

        double expected = DECISIONS / 24.0;
        double chiSquared = 0;
        int orders = 0;
        for (int count : counts) {
            if (count > 0) {
                orders++;
                chiSquared += (count - expected) * (count - expected) / expected;
            }
        }
        assertThat(orders).isEqualTo(24);
        assertThat(chiSquared).isLessThan(49.7);
    }

    @Test
    void shouldRankByChanceInTheShareThatEpsilonIs() {
        var policy = new EpsilonGreedyPolicy(0.1);
        float[] plain = {-3, -1, -2, -4, -2.5f};
        int greedy = 0;
        int explored = 0;
        float[] out = new float[5];

        for (int decision = 0; decision < DECISIONS; decision++) {
            explored += policy.explore(NET, 5, plain, new long[5], key(decision), NET.randomImpression(1, 1), out) / 5;
            greedy += best(out) == 1 ? 1 : 0;
        }

        // four standard errors of a binomial share
        assertThat((double) explored / DECISIONS).isCloseTo(0.1, within(4 * Math.sqrt(0.09 / DECISIONS)));
        assertThat((double) greedy / DECISIONS).isCloseTo(0.9 + 0.1 / 5, within(4 * Math.sqrt(0.074 / DECISIONS)));
    }

    @Test
    void shouldKeepPlainLogitsWhenGreedyOrEpsilonIsNought() {
        float[] plain = {-3, -1, -2};

        assertThat(explored(new GreedyPolicy(), plain, 5)).isEqualTo(plain);
        for (int decision = 0; decision < 100; decision++) {
            assertThat(explored(new EpsilonGreedyPolicy(0), plain, key(decision))).isEqualTo(plain);
        }
    }

    @Test
    void shouldRefuseAShareThatIsNone() {
        assertThatThrownBy(() -> new EpsilonGreedyPolicy(1.01)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.01");
        assertThatThrownBy(() -> new EpsilonGreedyPolicy(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
