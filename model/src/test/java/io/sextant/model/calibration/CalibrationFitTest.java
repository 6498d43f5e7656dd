package io.sextant.model.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.calibration.CalibrationFit.Mode;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CalibrationFitTest {
    /** Two buckets of four: rates 1/4 and 3/4 at mean scores 0.15 and 0.55, moved a little so that the map sums to the four clicks. */
    @Test
    void shouldPutAKnotAtEachBucketsMeanScore() {
        double[] scores = {0.6, 0.1, 0.2, 0.5, 0.1, 0.2, 0.5, 0.6};
        int[] clicks = {1, 0, 1, 1, 0, 0, 0, 1};

        Calibration fitted = CalibrationFit.fit(Mode.EQUAL_COUNT, scores, clicks, ones(8), 2);

        assertThat(fitted.scores()).containsExactly(new double[]{0.15, 0.55}, within(1e-15));
        assertThat(fitted.rates()[0]).isCloseTo(0.25, within(0.03));
        assertThat(fitted.rates()[1]).isCloseTo(0.75, within(0.03));
        assertThat(Arrays.stream(scores).map(fitted::at).sum()).isCloseTo(4, within(1e-4));
    }

    /** Isotonic regression by its definition: the highest, over starts, of the lowest mean, over ends. */
    @Property(tries = 300, seed = "1")
    void shouldPoolToTheIsotonicRegression(@ForAll @IntRange(min = 1, max = 12) int count, @ForAll long seed) {
        Random random = new Random(seed);
        double[] weights = random.doubles(count, 0.5, 4).toArray();
        double[] clicks = Arrays.stream(weights).map(weight -> weight * random.nextInt(5) / 4).toArray();

        double[] rates = CalibrationFit.pooled(clicks, weights);

        for (int i = 0; i < count; i++) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int from = 0; from <= i; from++) {
                double lowest = Double.POSITIVE_INFINITY;
                for (int to = i + 1; to <= count; to++) {
                    lowest = Math.min(lowest, Arrays.stream(clicks, from, to).sum()
                            / Arrays.stream(weights, from, to).sum());
                }
                highest = Math.max(highest, lowest);
            }
            assertThat(rates[i]).isCloseTo(highest, within(1e-12));
        }
    }

    /** A predictor that says a sixth too much: half of its predictions correct the other half. */
    @Test
    void shouldMakeThePredictionsOfALaterTimeHonest() {
        Stream stream = new Stream(400_000, 7, 1.16);
        int half = stream.scores.length / 2;
        Calibration fitted = CalibrationFit.fit(Mode.EQUAL_COUNT, Arrays.copyOf(stream.scores, half),
                Arrays.copyOf(stream.clicks, half), ones(half), 50);

        double[] later = Arrays.copyOfRange(stream.scores, half, 2 * half);
        double[] truth = Arrays.copyOfRange(stream.truth, half, 2 * half);
        // Against the true probabilities, not the clicks, whose own noise would be a per cent.
        assertThat(Arrays.stream(later).sum() / Arrays.stream(truth).sum()).isCloseTo(1.16, within(0.002));
        assertThat(Arrays.stream(later).map(fitted::at).sum() / Arrays.stream(truth).sum())
                .isCloseTo(1, within(0.03));
    }

    /** Knots at left edges say too much; with few buckets it shows. */
    @Test
    void shouldBeTooHighInThePapersModeWithFewBuckets() {
        Stream stream = new Stream(400_000, 8, 1);
        double expected = Arrays.stream(stream.truth).sum();

        double paper = sum(CalibrationFit.fit(Mode.PAPER, stream.scores, stream.clicks, ones(400_000), 50), stream);
        double ours = sum(CalibrationFit.fit(Mode.EQUAL_COUNT, stream.scores, stream.clicks, ones(400_000), 50),
                stream);

        assertThat(ours / expected).isCloseTo(1, within(0.03));
        assertThat(paper / expected).isGreaterThan(1.05);
    }

    /** Negatives thinned to a tenth, weighted ten times: the same map as from all, but for chance. */
    @Test
    void shouldTakeThinnedNegativesForWhatTheyStandFor() {
        Stream stream = new Stream(400_000, 9, 1.3);
        Random random = new Random(1);
        int[] kept = java.util.stream.IntStream.range(0, 400_000)
                .filter(i -> stream.clicks[i] == 1 || random.nextInt(10) == 0).toArray();

        Calibration thinned = CalibrationFit.fit(Mode.EQUAL_COUNT,
                Arrays.stream(kept).mapToDouble(i -> stream.scores[i]).toArray(),
                Arrays.stream(kept).map(i -> stream.clicks[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> stream.clicks[i] == 1 ? 1 : 10).toArray(), 20);

        assertThat(sum(thinned, stream) / Arrays.stream(stream.truth).sum()).isCloseTo(1, within(0.04));
    }

    @Property(tries = 100, seed = "1")
    void shouldSumToTheClicksAndNeverFall(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int buckets) {
        Stream stream = new Stream(300, seed, 1.2);
        int clicks = Arrays.stream(stream.clicks).sum();

        Calibration fitted = CalibrationFit.fit(Mode.EQUAL_COUNT, stream.scores, stream.clicks, ones(300), buckets);

        if (clicks == 0) {
            assertThat(fitted).isEqualTo(Calibration.identity());
        } else {
            // At the upper end the map may be held below 1, and then keeps the ratio no longer.
            assertThat(sum(fitted, stream)).isCloseTo(clicks, within(1e-3 * clicks + 1e-9));
        }
    }

    @Test
    void shouldLearnNothingFromNoClicksOrNothingElse() {
        double[] scores = {0.1, 0.2};
        assertThat(CalibrationFit.fit(Mode.EQUAL_COUNT, scores, new int[]{0, 0}, ones(2), 2))
                .isEqualTo(Calibration.identity());
        assertThat(CalibrationFit.fit(Mode.PAPER, scores, new int[]{1, 1}, ones(2), 2))
                .isEqualTo(Calibration.identity());
    }

    @Test
    void shouldRefuseScoresThatAreNoProbabilities() {
        assertThatThrownBy(() -> CalibrationFit.fit(Mode.EQUAL_COUNT, new double[]{0.1, 1}, new int[2], ones(2), 2))
                .hasMessage("score 1 is 1.0, must be above 0, below 1");
    }

    private static double sum(Calibration calibration, Stream stream) {
        return Arrays.stream(stream.scores).map(calibration::at).sum();
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Impressions with known click probability, and a predictor that is off by a factor. */
    private static final class Stream {
        private final double[] truth;
        private final double[] scores;
        private final int[] clicks;

        Stream(int size, long seed, double factor) {
            Random random = new Random(seed);
            truth = new double[size];
            scores = new double[size];
            clicks = new int[size];
            for (int i = 0; i < size; i++) {
                truth[i] = Math.min(0.8, 0.05 * Math.exp(0.8 * random.nextGaussian()));
                scores[i] = Math.min(0.99, truth[i] * factor);
                clicks[i] = random.nextDouble() < truth[i] ? 1 : 0;
            }
        }
    }
}
