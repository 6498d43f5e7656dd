package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.GaussianProcess;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;

/** The sparse process against the exact one, inverted whole. */
class GaussianProcessFitTest {
    private static final int WIDTH = 3;
    private final double[] place = new double[2 * GaussianProcess.POINTS];

    /** Examples of a small hidden layer, half of its outputs 0, and clicks that come where the first output is large. */
    private static final class Sample {
        final float[] outputs;
        final float[] logits;
        final float[] clicks;

        Sample(int count, long seed) {
            var random = new SplittableRandom(seed);
            outputs = new float[count * WIDTH];
            logits = new float[count];
            clicks = new float[count];
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = (float) Math.max(0, random.nextDouble(-2, 2));
            }
            for (int i = 0; i < count; i++) {
                logits[i] = (float) random.nextDouble(-3, 1);
                clicks[i] = random.nextDouble() < 1 / (1 + Math.exp(-logits[i] - 2 * outputs[i * WIDTH] + 2)) ? 1 : 0;
            }
        }
    }

    private static double kernel(float[] a, int i, float[] b, int j, double length, double variance) {
        double sum = 0;
        for (int unit = 0; unit < WIDTH; unit++) {
            sum += Math.pow(a[i * WIDTH + unit] - b[j * WIDTH + unit], 2);
        }
        return variance * Math.exp(-sum / (2 * length * length));
    }

    /** Mean and variance of the exact process at one place; noise of example i is 1 / (weight p (1 − p)). */
    private static double[] exact(Sample sample, float[] at, double length, double variance, double weight) {
        int count = sample.logits.length;
        var covariance = new Array2DRowRealMatrix(count, count);
        RealVector similar = MatrixUtils.createRealVector(new double[count]);
        RealVector target = MatrixUtils.createRealVector(new double[count]);
        for (int i = 0; i < count; i++) {
            double p = 1 / (1 + Math.exp(-sample.logits[i]));
            for (int j = 0; j < count; j++) {
                covariance.setEntry(i, j, kernel(sample.outputs, i, sample.outputs, j, length, variance)
                        + (i == j ? 1 / (weight * p * (1 - p)) : 0));
            }
            similar.setEntry(i, kernel(sample.outputs, i, at, 0, length, variance));
            target.setEntry(i, (sample.clicks[i] - p) / (p * (1 - p)));
        }
        RealVector solved = new LUDecomposition(covariance).getSolver().solve(similar);
        return new double[]{solved.dotProduct(target), variance - solved.dotProduct(similar)};
    }

    @Property(tries = 40, seed = "7")
    void shouldBeTheExactProcessWhenEveryExampleIsAPoint(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        Sample sample = new Sample(24, seed);
        double length = random.nextDouble(0.5, 2);
        double variance = random.nextDouble(0.2, 3);
        float[] at = {(float) random.nextDouble(0, 2), (float) random.nextDouble(0, 2), 0};

        GaussianProcess process = GaussianProcessFit.fit(WIDTH, sample.outputs, sample.logits, sample.clicks, 1,
                length, variance);
        GaussianProcess weighed = GaussianProcessFit.fit(WIDTH, sample.outputs, sample.logits, sample.clicks, 50,
                length, variance);

        double[] expected = exact(sample, at, length, variance, 1);
        process.locate(at, 0, place);
        assertThat(process.mean(place)).isCloseTo(expected[0], within(5e-3));
        assertThat(process.variance(place)).isCloseTo(expected[1], within(2e-3 * variance));
        weighed.locate(at, 0, place);
        assertThat(weighed.mean(place)).isCloseTo(expected[0], within(5e-3));
        assertThat(weighed.variance(place)).isCloseTo(exact(sample, at, length, variance, 50)[1],
                within(2e-3 * variance));
    }

    @Test
    void shouldStayCloseToTheExactProcessWhenPointsAreFewerThanExamples() {
        Sample sample = new Sample(400, 3);

        GaussianProcess process = GaussianProcessFit.fit(WIDTH, sample.outputs, sample.logits, sample.clicks, 1, 1.5,
                1);

        for (float x = 0; x <= 2; x += 0.5f) {
            float[] at = {x, 1, 0.5f};
            double[] expected = exact(sample, at, 1.5, 1, 1);
            process.locate(at, 0, place);
            assertThat(process.mean(place)).isCloseTo(expected[0], within(0.02));
            assertThat(process.variance(place)).isCloseTo(expected[1], within(0.02));
        }
    }

    @Test
    void shouldKnowNothingFarAwayAndMoreWhereMuchWasSeen() {
        Sample sample = new Sample(400, 5);

        GaussianProcess process = GaussianProcessFit.fit(WIDTH, sample.outputs, sample.logits, sample.clicks, 1, 1, 2);

        process.locate(new float[]{100, 0, 0}, 0, place);
        assertThat(process.mean(place)).isCloseTo(0, within(1e-12));
        assertThat(process.variance(place)).isEqualTo(2);
        process.locate(sample.outputs, 0, place);
        assertThat(process.variance(place)).isLessThan(0.5);
    }

    /** Clicks come where the net does not expect them: a kernel that can say so explains them better than a flat one. */
    @Test
    void shouldCorrectTheNetWhenItsPredictionsAreOff() {
        Sample sample = new Sample(2_000, 9);

        GaussianProcess process = GaussianProcessFit.fit(WIDTH, sample.outputs, sample.logits, sample.clicks, 1);

        // the truth is logit + 2 x - 2
        process.locate(new float[]{0, 0.5f, 0.5f}, 0, place);
        assertThat(process.mean(place)).isCloseTo(-2, within(0.7));
        process.locate(new float[]{2, 0.5f, 0.5f}, 0, place);
        assertThat(process.mean(place)).isCloseTo(2, within(0.7));
    }

    @Test
    void shouldFitWhenAllExamplesAreAlike() {
        GaussianProcess process = GaussianProcessFit.fit(WIDTH, new float[30], new float[10], new float[10], 1, 1, 1);

        // ten examples of information 1/4 each: precision 1 + 2.5
        process.locate(new float[3], 0, place);
        assertThat(process.variance(place)).isCloseTo(1 / 3.5, within(1e-4));
        // −½ each: −5 / 3.5
        assertThat(process.mean(place)).isCloseTo(-5 / 3.5, within(1e-4));
    }

    @Test
    void shouldRefuseWhatDoesNotBelongTogether() {
        assertThatThrownBy(() -> GaussianProcessFit.fit(WIDTH, new float[3], new float[2], new float[2], 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 logits");
        assertThatThrownBy(() -> GaussianProcessFit.fit(WIDTH, new float[3], new float[1], new float[1], 0.5))
                .hasMessageContaining("weight is 0.5");
    }
}
