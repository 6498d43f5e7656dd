package io.sextant.model.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.calibration.CalibrationFit.Mode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
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

        Calibration fitted = fit(Mode.EQUAL_COUNT, scores, clicks, ones(8), 2);

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
        Calibration fitted = fit(Mode.EQUAL_COUNT, Arrays.copyOf(stream.scores, half),
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

        double paper = sum(fit(Mode.PAPER, stream.scores, stream.clicks, ones(400_000), 50), stream);
        double ours = sum(fit(Mode.EQUAL_COUNT, stream.scores, stream.clicks, ones(400_000), 50),
                stream);

        assertThat(ours / expected).isCloseTo(1, within(0.03));
        assertThat(paper / expected).isGreaterThan(1.05);
    }

    /** Negatives thinned to a tenth, weighted ten times: the same map as from all, but for chance. */
    @Test
    void shouldTakeThinnedNegativesForWhatTheyStandFor() {
        Stream stream = new Stream(400_000, 9, 1.3);
        Random random = new Random(1);
        int[] kept = IntStream.range(0, 400_000)
                .filter(i -> stream.clicks[i] == 1 || random.nextInt(10) == 0).toArray();

        Calibration thinned = fit(Mode.EQUAL_COUNT,
                Arrays.stream(kept).mapToDouble(i -> stream.scores[i]).toArray(),
                Arrays.stream(kept).map(i -> stream.clicks[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> stream.clicks[i] == 1 ? 1 : 10).toArray(), 20);

        assertThat(sum(thinned, stream) / Arrays.stream(stream.truth).sum()).isCloseTo(1, within(0.04));
    }

    @Property(tries = 100, seed = "1")
    void shouldSumToTheClicksAndNeverFall(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int buckets) {
        Stream stream = new Stream(300, seed, 1.2);
        int clicks = Arrays.stream(stream.clicks).sum();

        Calibration fitted = fit(Mode.EQUAL_COUNT, stream.scores, stream.clicks, ones(300), buckets);

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
        assertThat(fit(Mode.EQUAL_COUNT, scores, new int[]{0, 0}, ones(2), 2))
                .isEqualTo(Calibration.identity());
        assertThat(fit(Mode.PAPER, scores, new int[]{1, 1}, ones(2), 2))
                .isEqualTo(Calibration.identity());
    }

    @Test
    void shouldRefuseScoresThatAreNoProbabilities() {
        assertThatThrownBy(() -> fit(Mode.EQUAL_COUNT, new double[]{0.1, 1}, new int[2], ones(2), 2))
                .hasMessage("score 1 is 1.0, must be above 0, below 1");
    }

    /** Buckets 0.01 to 0.02 and 0.05 to 0.06 with 8 and 24 clicks where 6 and 22 were predicted: no more than chance does. */
    @Test
    void shouldFitTheLevelAloneWhenBucketsDifferAsChanceMakesThem() {
        CalibrationSample sample = sample(
                new double[][]{{0.01, 200, 3}, {0.02, 200, 5}, {0.05, 200, 11}, {0.06, 200, 13}});

        Calibration fitted = CalibrationFit.shrunk(sample, 2, 50);

        // (32 clicks + 50) / (28 predicted + 50)
        double level = 82.0 / 78;
        assertThat(fitted.at(0.015)).isCloseTo(0.015 * level, within(1e-5));
        assertThat(fitted.at(0.055)).isCloseTo(0.055 * level, within(1e-5));
    }

    /**
     * 700 clicks where 1000 were predicted, 4600 where 4000 were: more than chance. DerSimonian's and Laird's formula for two
     * groups, written out.
     */
    @Test
    void shouldKeepWhatIsBeyondChance() {
        CalibrationSample sample = sample(new double[][]{{0.01, 100_000, 700}, {0.04, 100_000, 4600}});

        Calibration fitted = CalibrationFit.shrunk(sample, 2, 100);

        double level = 5400.0 / 5100;
        double[] expected = {1000 * level, 4000 * level};
        double[] precision = {expected[0] / (1 - 0.01 * level), expected[1] / (1 - 0.04 * level)};
        double[] deviation = {700 / expected[0] - 1, 4600 / expected[1] - 1};
        double chi = precision[0] * deviation[0] * deviation[0] + precision[1] * deviation[1] * deviation[1];
        double sum = precision[0] + precision[1];
        double variance = (chi - 1)
                / (sum - (precision[0] * precision[0] + precision[1] * precision[1]) / sum);
        double[] kept = {variance / (variance + 1 / precision[0]), variance / (variance + 1 / precision[1])};
        double[] rates = {0.01 * level * (1 + kept[0] * deviation[0]), 0.04 * level * (1 + kept[1] * deviation[1])};
        // Both are then scaled so that the sum is the level's.
        double scale = 5000 * level / (100_000 * (rates[0] + rates[1]));
        assertThat(kept[0]).isGreaterThan(0.9);
        assertThat(fitted.at(0.01)).isCloseTo(rates[0] * scale, within(2e-3 * rates[0]));
        assertThat(fitted.at(0.04)).isCloseTo(rates[1] * scale, within(2e-3 * rates[1]));
    }

    /** Against the truth, which no fit sees: with few clicks the shrunk map is nearer to it than the fitted one and the raw one. */
    @Test
    void shouldBeNearerToTheTruthThanItsPartsWhenClicksAreFew() {
        double raw = 0;
        double fitted = 0;
        double shrunk = 0;
        for (int seed = 0; seed < 40; seed++) {
            Stream stream = new Stream(4_000, 100 + seed, 1.16);
            CalibrationSample sample = sorted(stream.scores, stream.clicks, ones(4_000));
            raw += error(Calibration.identity(), stream);
            fitted += error(CalibrationFit.fit(Mode.EQUAL_COUNT, sample, 10), stream);
            shrunk += error(CalibrationFit.shrunk(sample, 10, 50), stream);
        }
        assertThat(shrunk).isLessThan(0.7 * fitted).isLessThan(0.7 * raw);
    }

    @Property(tries = 100, seed = "1")
    void shouldStayAMapWhateverIsSeen(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int buckets,
            @ForAll @IntRange(min = 0, max = 40) int size) {
        Stream stream = new Stream(size, seed, 2);

        Calibration map = CalibrationFit.shrunk(sorted(stream.scores, stream.clicks, ones(size)), buckets, 20);

        double sum = Arrays.stream(stream.scores).sum();
        double clicks = Arrays.stream(stream.clicks).sum();
        assertThat(sum(map, stream)).isCloseTo(sum * (clicks + 20) / (sum + 20), within(1e-3 * (sum + 1)));
        for (int i = 1; i <= 100; i++) {
            assertThat(map.at(i / 100.0)).isGreaterThan(map.at((i - 1) / 100.0)).isLessThanOrEqualTo(1);
        }
    }

    /** A late click: its first example, taken back and said anew at a later prediction. */
    @Test
    void shouldCountALateClickOnce() {
        double[] scores = {0.1, 0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3, 0.35, 0.35};
        int[] clicks = {0, 0, 0, 1, 1, 1, 0, 0, 0, 1};
        double[] weights = {1, 1, 1, 1, 1, 1, 1, 1, -1, 1};

        Calibration fitted = CalibrationFit.fit(Mode.EQUAL_COUNT, sorted(scores, clicks, weights), 8);

        assertThat(Arrays.stream(fitted.scores()).max().orElseThrow()).isLessThan(0.32);
        double sum = 4 * fitted.at(0.1) + 4 * fitted.at(0.3);
        assertThat(sum).isCloseTo(4, within(0.05));
    }

    private static double error(Calibration map, Stream stream) {
        double sum = 0;
        for (int i = 0; i < stream.scores.length; i++) {
            double difference = map.at(stream.scores[i]) / stream.truth[i] - 1;
            sum += difference * difference * stream.truth[i];
        }
        return sum;
    }

    /** Groups of {score, examples, clicks}. */
    private static CalibrationSample sample(double[][] groups) {
        int size = (int) Arrays.stream(groups).mapToDouble(group -> group[1]).sum();
        double[] scores = new double[size];
        int[] clicks = new int[size];
        int at = 0;
        for (double[] group : groups) {
            for (int i = 0; i < group[1]; i++) {
                scores[at] = group[0];
                clicks[at++] = i < group[2] ? 1 : 0;
            }
        }
        return sorted(scores, clicks, ones(size));
    }

    private static Calibration fit(Mode mode, double[] scores, int[] clicks, double[] weights, int buckets) {
        return CalibrationFit.fit(mode, sorted(scores, clicks, weights), buckets);
    }

    private static CalibrationSample sorted(double[] scores, int[] clicks, double[] weights) {
        int[] order = IntStream.range(0, scores.length).boxed().sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue).toArray();
        boolean[] clicked = new boolean[scores.length];
        for (int i = 0; i < clicked.length; i++) {
            clicked[i] = clicks[order[i]] == 1;
        }
        return new CalibrationSample(Arrays.stream(order).mapToDouble(i -> scores[i]).toArray(), clicked,
                Arrays.stream(order).mapToDouble(i -> weights[i]).toArray());
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
