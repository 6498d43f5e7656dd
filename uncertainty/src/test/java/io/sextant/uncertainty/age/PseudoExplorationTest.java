package io.sextant.uncertainty.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.HandNet;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PseudoExplorationTest {
    /** σ(1) - σ(0.5), what mask 0 of the linear net does to its first ad. */
    private static final double DELTA_MASK_0 = 0.7310585786300049 - 0.6224593312018546;
    /** σ(0) - σ(0.5), what mask 1 does. */
    private static final double DELTA_MASK_1 = 0.5 - 0.6224593312018546;
    private static final int[] FIRST = {0};
    private static final float[] PLAIN = {0.5f};

    @Test
    void shouldKeepTheSignOfTheThompsonDraw() {
        HandNet net = HandNet.linear();
        var impression = firstAd(net);
        double[] delta = new double[1];
        boolean up = false;
        boolean down = false;

        for (long key = 0; key < 20; key++) {
            new PseudoExploration(1, 2, 1).thompson(net, FIRST, 1, PLAIN, key, impression, delta);
            boolean first = Draws.below(2, key, Purpose.THOMPSON, 0) == 0;
            assertThat(delta[0]).isCloseTo(first ? DELTA_MASK_0 : DELTA_MASK_1, within(1e-7));
            up |= delta[0] > 0;
            down |= delta[0] < 0;
        }

        assertThat(up).isTrue();
        assertThat(down).isTrue();
    }

    /** Eq. 8 with one mask that is always drawn: √(20 δ² / 19). */
    @Test
    void shouldGiveTheRootMeanSquareOverNMinusOneAsConfidenceBound() {
        HandNet net = HandNet.linear(0, 1, new boolean[][]{{true, false}});
        double[] delta = new double[1];

        new PseudoExploration(1, 2, 20).upperConfidenceBound(net, FIRST, 1, PLAIN, 1, firstAd(net), delta);

        assertThat(delta[0]).isCloseTo(Math.sqrt(20.0 / 19) * DELTA_MASK_0, within(1e-7));
    }

    /** With both masks the bound is centred on f(x), not on the masks' mean. */
    @Test
    void shouldCentreTheConfidenceBoundOnThePlainScore() {
        HandNet net = HandNet.linear();
        double[] delta = new double[1];
        long firsts = 0;
        for (int i = 0; i < 20; i++) {
            firsts += Draws.below(2, 1, Purpose.CONFIDENCE_BOUND, i) == 0 ? 1 : 0;
        }

        new PseudoExploration(1, 2, 20).upperConfidenceBound(net, FIRST, 1, PLAIN, 1, firstAd(net), delta);

        double squares = firsts * DELTA_MASK_0 * DELTA_MASK_0 + (20 - firsts) * DELTA_MASK_1 * DELTA_MASK_1;
        assertThat(delta[0]).isCloseTo(Math.sqrt(squares / 19), within(1e-7));
    }

    /** The linear net's gradient is (2, 2) everywhere. */
    @Test
    void shouldPointAlongTheGradient() {
        HandNet net = HandNet.linear();
        float[] g = new float[2];

        new PseudoExploration(1, 2, 1).direction(net, FIRST, 1, PLAIN, 1, firstAd(net), g);
        assertThat(g).containsExactly((float) Math.sqrt(0.5), (float) Math.sqrt(0.5));

        new PseudoExploration(1, 2, 1).direction(net, FIRST, 1, PLAIN, 5, firstAd(net), g);
        assertThat(g[0]).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
        assertThat(g[1]).isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
    }

    @Property(tries = 200, seed = "1")
    void shouldAgreeWithFiniteDifferencesWhenOneStep(@ForAll long seed) {
        HandNet net = HandNet.random(seed, 0, 1);
        var impression = net.randomImpression(seed + 1, 1);
        float[] plain = new float[1];
        net.score(impression, plain);
        float[] g = new float[9];

        new PseudoExploration(1, 9, 1).direction(net, FIRST, 1, plain, 1, impression, g);

        double h = 1e-2;
        double[] slopes = new double[9];
        double squares = 0;
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = (probability(net, impression, i, h) - probability(net, impression, i, -h)) / (2 * h);
            squares += slopes[i] * slopes[i];
        }
        for (int i = 0; i < slopes.length; i++) {
            assertThat((double) g[i]).isCloseTo(slopes[i] / Math.sqrt(squares), within(5e-3));
        }
    }

    @Property(tries = 200, seed = "1")
    void shouldFollowEquation11(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int steps) {
        HandNet net = HandNet.random(seed, 0, 1);
        int rows = 3;
        var impression = net.randomImpression(seed + 1, rows);
        float[] plain = new float[rows];
        net.score(impression, plain);
        float[] g = new float[rows * 9];

        new PseudoExploration(rows, 9, 1).direction(net, impression.rows(), rows, plain, steps, impression, g);

        double[] z = new double[rows * 9];
        for (int t = 0; t < steps; t++) {
            float[] at = new float[z.length];
            for (int i = 0; i < z.length; i++) {
                at[i] = (float) z[i];
            }
            float[] logits = new float[rows];
            float[] gradients = new float[z.length];
            net.adGradientsAt(impression.rows(), rows, at, impression, logits, gradients);
            for (int row = 0; row < rows; row++) {
                double p = 1 / (1 + Math.exp(-logits[row]));
                double squares = 0;
                for (int i = row * 9; i < row * 9 + 9; i++) {
                    z[i] += p * (1 - p) * gradients[i];
                    squares += z[i] * z[i];
                }
                for (int i = row * 9; i < row * 9 + 9; i++) {
                    z[i] /= Math.sqrt(squares);
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            double norm = 0;
            for (int i = row * 9; i < row * 9 + 9; i++) {
                assertThat((double) g[i]).isCloseTo(z[i], within(1e-5));
                norm += (double) g[i] * g[i];
            }
            assertThat(norm).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void shouldNotMoveWhereTheScoreIsFlat() {
        HandNet net = HandNet.flat();
        float[] g = {9, 9};

        new PseudoExploration(1, 2, 1).direction(net, FIRST, 1, PLAIN, 4, firstAd(net), g);

        assertThat(g).containsExactly(0, 0);
    }

    private static double probability(HandNet net, HandNet.Impression impression, int input, double h) {
        float[] displacement = new float[9];
        displacement[input] = (float) h;
        return 1 / (1 + Math.exp(-net.exactLogit(impression, displacement)));
    }

    private static HandNet.Impression firstAd(HandNet net) {
        return net.impression(new int[]{2}, new int[]{7, 12});
    }

    /** δ of one linear unit pair: h = (1.5, 1), g = (1, 1), p = ½: variance 1 · (1.5² + 1²), times f (1 − f). */
    @Test
    void shouldGiveTheLinearisedSpreadAsConfidenceBound() {
        HandNet net = HandNet.linear();
        double[] delta = new double[1];

        new PseudoExploration(1, 2, 1).linearised(net, FIRST, 1, firstAd(net), delta);

        double f = 0.6224593312018546;
        assertThat(delta[0]).isCloseTo(f * (1 - f) * Math.sqrt(3.25), within(1e-6));
    }
}
