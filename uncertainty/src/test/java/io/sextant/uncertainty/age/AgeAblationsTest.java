package io.sextant.uncertainty.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.CtrModel.Ability;
import io.sextant.uncertainty.HandNet;
import io.sextant.uncertainty.age.AgeConfig.Delta;
import io.sextant.uncertainty.age.AgeConfig.Direction;
import io.sextant.uncertainty.age.AgeConfig.Mode;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** AGE's ablations and other forms, each against the same put together by hand from the net's own answers. */
class AgeAblationsTest {
    private static final int ROWS = 7;
    private static final double LAMBDA = 0.8;

    private final HandNet net = HandNet.random(5, 0, 1);
    private final HandNet.Impression impression = net.randomImpression(3, ROWS);
    private final float[] plain = new float[ROWS];

    AgeAblationsTest() {
        net.score(impression, plain);
    }

    private static AgeConfig config(Mode mode) {
        return AgeConfig.of(mode).with(Direction.FGM, 1).withLambda(LAMBDA).withThreshold(0);
    }

    private float[] explore(AgeConfig config, long key) {
        float[] explored = new float[ROWS];
        new AgeAdjuster(config, net.description(), ROWS).explore(net, ROWS, plain, new long[ROWS], key, impression,
                explored);
        return explored;
    }

    private static double p(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** δ of one mask a row. */
    private double[] drawn(UncertaintyScale scale, long key) {
        double[] deltas = new double[ROWS];
        float[] plainLogits = plain;
        new PseudoExploration(scale, ROWS, net.description().adInputs(), 1).thompson(net, impression.rows(), ROWS,
                plainLogits, key, impression, deltas);
        return deltas;
    }

    /** f(x + λ δ g) with g the unit gradient. */
    private float[] alongTheGradient(double[] deltas) {
        int adInputs = net.description().adInputs();
        float[] step = new float[ROWS * adInputs];
        net.adGradients(impression.rows(), ROWS, impression, step);
        for (int row = 0; row < ROWS; row++) {
            double squares = 0;
            for (int i = row * adInputs; i < (row + 1) * adInputs; i++) {
                squares += (double) step[i] * step[i];
            }
            for (int i = row * adInputs; i < (row + 1) * adInputs; i++) {
                step[i] = (float) (LAMBDA * deltas[row] * step[i] / Math.sqrt(squares));
            }
        }
        float[] moved = new float[ROWS];
        net.scoreDisplaced(impression.rows(), ROWS, step, impression, moved);
        return moved;
    }

    private static void assertClose(float[] actual, float[] expected) {
        for (int row = 0; row < ROWS; row++) {
            assertThat(actual[row]).isCloseTo(expected[row], within(1e-5f));
        }
    }

    @Property(tries = 30, seed = "1")
    void shouldKnowNothingOfTheAdWhenDeltaIsPooled(@ForAll long key) {
        double[] deltas = drawn(UncertaintyScale.PROBABILITY, key);
        double pooled = Math.sqrt(Arrays.stream(deltas).map(each -> each * each).sum() / ROWS);
        double[] expected = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            expected[row] = pooled * Draws.normal(key, Purpose.SCORE_DEVIATE, row);
        }

        assertClose(explore(config(Mode.TS).with(Delta.POOLED), key), alongTheGradient(expected));
    }

    @Property(tries = 30, seed = "2")
    void shouldMoveAllCoordinatesAlikeWhenThereIsNoDirection(@ForAll long key) {
        double[] deltas = drawn(UncertaintyScale.PROBABILITY, key);
        int adInputs = net.description().adInputs();
        float[] step = new float[ROWS * adInputs];
        for (int i = 0; i < step.length; i++) {
            step[i] = (float) (LAMBDA * deltas[i / adInputs] / Math.sqrt(adInputs));
        }
        float[] expected = new float[ROWS];
        net.scoreDisplaced(impression.rows(), ROWS, step, impression, expected);

        assertClose(explore(config(Mode.TS).with(Direction.EVEN, 1), key), expected);
    }

    @Property(tries = 30, seed = "3")
    void shouldRaiseTheScoreItselfWhenThereIsNoStep(@ForAll long key, @ForAll UncertaintyScale scale) {
        double[] deltas = drawn(scale, key);
        float[] expected = new float[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double by = LAMBDA * deltas[row];
            double raised = Math.clamp(p(plain[row]) + by, 1e-6, 1 - 1e-6);
            expected[row] = (float) (scale == UncertaintyScale.LOGIT ? plain[row] + by
                    : Math.log(raised / (1 - raised)));
        }

        assertClose(explore(config(Mode.TS).with(scale).with(Direction.SCORE, 1), key), expected);
    }

    @Property(tries = 30, seed = "4")
    void shouldTakeDifferencesOfLogitsWhenThatIsTheScale(@ForAll long key) {
        float[] dropped = new float[ROWS];
        int[] masks = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            masks[row] = Draws.below(net.description().masks(), key, Purpose.THOMPSON, row);
        }
        net.scoreDropped(impression.rows(), ROWS, masks, 1, impression, dropped);
        double[] deltas = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            deltas[row] = (double) dropped[row] - plain[row];
        }

        assertClose(explore(config(Mode.TS).with(UncertaintyScale.LOGIT), key), alongTheGradient(deltas));
    }

    @Property(tries = 30, seed = "5")
    void shouldMoveNothingDownWhenOptimistic(@ForAll long key) {
        double[] deltas = drawn(UncertaintyScale.PROBABILITY, key);
        double[] positive = Arrays.stream(deltas).map(each -> Math.max(0, each)).toArray();

        float[] explored = explore(config(Mode.TS).withOptimism(true), key);

        assertClose(explored, alongTheGradient(positive));
        for (int row = 0; row < ROWS; row++) {
            if (deltas[row] <= 0) {
                assertThat(explored[row]).isEqualTo(plain[row]);
            }
        }
    }

    @Property(tries = 30, seed = "6")
    void shouldGoByWhatTheAdsRowsHaveNotYetTold(@ForAll long key) {
        double[] variances = new double[ROWS];
        net.adRowVariances(impression.rows(), ROWS, impression, variances);
        double[] deltas = new double[ROWS];
        double[] draws = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double p = p(plain[row]);
            deltas[row] = p * (1 - p) * Math.sqrt(variances[row]);
            draws[row] = deltas[row] * Draws.normal(key, Purpose.SCORE_DEVIATE, row);
        }

        assertClose(explore(config(Mode.UCB).with(Delta.ROW_INFORMATION), key), alongTheGradient(deltas));
        assertClose(explore(config(Mode.TS).with(Delta.ROW_INFORMATION), key), alongTheGradient(draws));
    }

    @Property(tries = 30, seed = "7")
    void shouldDrawFromTheLinearisedSpreadWhenSampling(@ForAll long key) {
        float[] logits = new float[ROWS];
        float[] variances = new float[ROWS];
        net.droppedVariance(impression.rows(), ROWS, impression, logits, variances);
        double[] draws = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double p = p(plain[row]);
            draws[row] = p * (1 - p) * Math.sqrt(variances[row]) * Draws.normal(key, Purpose.SCORE_DEVIATE, row);
        }

        assertClose(explore(config(Mode.TS).with(Delta.LINEARISED), key), alongTheGradient(draws));
    }

    @Test
    void shouldExploreFromTheThresholdOnWhenItIsFixed() {
        double[] probabilities = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            probabilities[row] = p(plain[row]);
        }
        double[] sorted = probabilities.clone();
        Arrays.sort(sorted);
        double threshold = (sorted[3] + sorted[4]) / 2;

        float[] explored = explore(config(Mode.UCB).withThreshold(threshold), 1);

        for (int row = 0; row < ROWS; row++) {
            assertThat(explored[row] == plain[row]).isEqualTo(probabilities[row] < threshold);
        }
        assertThat(explore(config(Mode.UCB).withThreshold(1), 1)).isEqualTo(plain);
    }

    @Test
    void shouldAskAModelForNoMoreThanTheSettingsTake() {
        AgeConfig paper = AgeConfig.of(Mode.TS);

        assertThat(paper.needs()).containsExactlyInAnyOrder(Ability.MASKS, Ability.GRADIENTS);
        assertThat(paper.with(Direction.SCORE, 1).withThreshold(0).needs()).containsExactly(Ability.MASKS);
        assertThat(paper.with(Delta.ROW_INFORMATION).needs()).containsExactlyInAnyOrder(Ability.GRADIENTS,
                Ability.ROW_INFORMATION);
        assertThat(paper.with(Delta.LINEARISED).needs()).containsExactly(Ability.GRADIENTS);
        assertThatThrownBy(() -> paper.withThreshold(1.5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("age threshold is 1.5, must be 0 to 1");
    }
}
