package io.sextant.uncertainty.modifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowRanksTest {
    /** Quantiles 0.1, 0.2 and 0.4: two parts; between them ranks are interpolated. */
    @Test
    void shouldInterpolateBetweenQuantiles() {
        double low = QuantileSketch.rounded(0.1);
        double middle = QuantileSketch.rounded(0.2);
        WindowRanks ranks = WindowRanks.of(List.of(low, middle, QuantileSketch.rounded(0.4)));

        assertThat(ranks.rank(0.05, 1)).isZero();
        assertThat(ranks.rank(0.1, 1)).isZero();
        assertThat(ranks.rank(0.15, 1)).isCloseTo(0.25, within(0.001));
        assertThat(ranks.rank(0.2, 1)).isEqualTo(0.5);
        assertThat(ranks.rank(0.35, 1)).isCloseTo(0.875, within(0.001));
        assertThat(ranks.rank(0.4, 1)).isEqualTo(1);
        assertThat(ranks.rank(0.9, 1)).isEqualTo(1);
    }

    /** A third of the predictions are one number; their ranks take up exactly its third of the window, evenly. */
    @Test
    void shouldSpreadRanksEvenlyEvenWhereManyPredictionsAreEqual() {
        var random = new SplittableRandom(3);
        double[] predictions = IntStream.range(0, 60_000)
                .mapToDouble(i -> i % 3 == 0 ? 0.03 : Math.exp(-4 + 0.8 * random.nextDouble(-2, 2))).toArray();
        var window = new QuantileSketch();
        Arrays.stream(predictions).forEach(window::record);
        WindowRanks ranks = WindowRanks.of(WindowRanks.quantiles(window));

        double[] found = IntStream.range(0, predictions.length).mapToDouble(i -> ranks.rank(predictions[i], i))
                .sorted().toArray();

        for (int percent = 1; percent < 100; percent++) {
            assertThat(found[percent * found.length / 100]).isCloseTo(percent / 100.0, within(0.01));
        }
        double[] equal = IntStream.range(0, predictions.length).filter(i -> predictions[i] == 0.03)
                .mapToDouble(i -> ranks.rank(predictions[i], i)).toArray();
        assertThat(Arrays.stream(equal).max().orElseThrow() - Arrays.stream(equal).min().orElseThrow())
                .isCloseTo(1 / 3.0, within(0.02));
    }

    @Test
    void shouldRankByChanceAloneWhereAllPredictionsAreEqual() {
        var window = new QuantileSketch();
        IntStream.range(0, 1000).forEach(_ -> window.record(0.0173));
        WindowRanks ranks = WindowRanks.of(WindowRanks.quantiles(window));

        double[] found = IntStream.range(0, 20_000).mapToDouble(i -> ranks.rank(0.0173, i)).sorted().toArray();

        for (int decile = 1; decile < 10; decile++) {
            assertThat(found[decile * 2000]).isCloseTo(decile / 10.0, within(0.02));
        }
        assertThat(ranks.rank(0.0172, 1)).isZero();
        assertThat(ranks.rank(0.0174, 1)).isEqualTo(1);
    }

    @Test
    void shouldRiseWithThePredictionAndComeOutTheSameAgain() {
        var random = new SplittableRandom(5);
        var window = new QuantileSketch();
        random.doubles(5000).forEach(window::record);
        WindowRanks ranks = WindowRanks.of(WindowRanks.quantiles(window));

        for (int i = 0; i < 1000; i++) {
            double lower = random.nextDouble();
            double higher = lower + random.nextDouble(0.01, 0.5);
            assertThat(ranks.rank(higher, i)).isGreaterThanOrEqualTo(ranks.rank(lower, i));
            assertThat(ranks.rank(lower, i)).isEqualTo(ranks.rank(lower, i)).isBetween(0.0, 1.0);
        }
    }

    @Test
    void shouldKnowNothingOfAnEmptyWindowAndRefuseWhatDoesNotRise() {
        assertThat(WindowRanks.quantiles(new QuantileSketch())).isEmpty();
        assertThat(WindowRanks.of(List.of()).known()).isFalse();
        assertThatThrownBy(() -> WindowRanks.of(List.of(0.2, 0.1))).hasMessageContaining("do not rise at number 1");
        assertThatThrownBy(() -> WindowRanks.of(List.of(-0.2, 0.1))).hasMessageContaining("at number 0");
        assertThatThrownBy(() -> WindowRanks.of(List.of(0.1, Double.NaN))).hasMessageContaining("at number 1");
        assertThatThrownBy(() -> WindowRanks.of(List.of(0.1))).hasMessageContaining("must be 2 or more");
    }
}
