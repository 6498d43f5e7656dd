package io.sextant.uncertainty.quantile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.protocol.event.SparseHistogram;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantileSketchTest {
    @Property(tries = 200, seed = "1")
    void shouldAgreeWithTheSortedNumbers(
            @ForAll @Size(min = 2, max = 300) List<@Scale(9) @DoubleRange(max = 10) Double> numbers) {
        var sketch = sketch(numbers);
        List<Double> sorted = numbers.stream().sorted().toList();

        assertThat(sketch.count()).isEqualTo(numbers.size());
        double mean = numbers.stream().mapToDouble(Double::doubleValue).sum() / numbers.size();
        assertThat(sketch.mean()).isCloseTo(mean, within(1e-9));
        double variance = numbers.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / (numbers.size() - 1);
        assertThat(sketch.standardDeviation()).isCloseTo(Math.sqrt(variance), within(1e-3));
        double previous = 0;
        for (int percent = 1; percent <= 100; percent++) {
            double quantile = sketch.quantile(percent / 100.0);
            double exact = sorted.get((percent * numbers.size() + 99) / 100 - 1);
            assertThat(quantile).isCloseTo(exact, within(1e-3 * exact + 2e-9)).isGreaterThanOrEqualTo(previous);
            previous = quantile;
        }
    }

    /** 1, 2, 3, 4: mean 2.5, sample variance 5/3, median 2 (half of the numbers do not exceed it). */
    @Test
    void shouldGiveTheTextbookFigures() {
        var sketch = sketch(List.of(3.0, 1.0, 4.0, 2.0));

        assertThat(sketch.mean()).isEqualTo(2.5);
        assertThat(sketch.standardDeviation()).isCloseTo(Math.sqrt(5.0 / 3), within(1e-12));
        assertThat(sketch.quantile(0.5)).isCloseTo(2, within(0.002));
        assertThat(sketch.quantile(1)).isCloseTo(4, within(0.004));
    }

    @Test
    void shouldBeZeroWhenEmpty() {
        var sketch = sketch(List.of(1.0));
        sketch.reset();

        assertThat(sketch.count()).isZero();
        assertThat(sketch.mean()).isZero();
        assertThat(sketch.standardDeviation()).isZero();
        assertThat(sketch.quantile(0.5)).isZero();
        assertThat(sketch.toSparse()).isEqualTo(SparseHistogram.getDefaultInstance());
    }

    @Property(tries = 100, seed = "1")
    void shouldSurviveTheRoundTripThroughSparseForm(
            @ForAll @Size(max = 100) List<@Scale(9) @DoubleRange(max = 10) Double> numbers) {
        SparseHistogram sparse = sketch(numbers).toSparse();

        assertThat(QuantileSketch.of(sparse).toSparse()).isEqualTo(sparse);
    }

    @Property(tries = 100, seed = "1")
    void shouldAddUpToTheSketchOfTheWhole(@ForAll @Size(max = 60) List<@Scale(9) @DoubleRange(max = 10) Double> a,
            @ForAll @Size(max = 60) List<@Scale(9) @DoubleRange(max = 10) Double> b) {
        QuantileSketch whole = sketch(Stream.concat(b.stream(), a.stream()).toList());

        var merged = sketch(a);
        merged.add(sketch(b));
        var fromBytes = sketch(b);
        fromBytes.add(sketch(a).toBytes());
        var fromSparse = sketch(b);
        fromSparse.add(sketch(a).toSparse());

        assertThat(merged.toSparse()).isEqualTo(whole.toSparse());
        assertThat(merged.toBytes()).isEqualTo(whole.toBytes()).isEqualTo(fromBytes.toBytes());
        assertThat(fromSparse.toSparse().toBuilder().clearSumOfSquares().build())
                .isEqualTo(whole.toSparse().toBuilder().clearSumOfSquares().build());
        assertThat(fromSparse.standardDeviation()).isCloseTo(whole.standardDeviation(), within(1e-7));
    }

    /** A sum of 128 bits: what would be 10²⁰ in whole units of 10⁻⁹ is still exact. */
    @Test
    void shouldNotOverflowWhenTheMessagesOfADayAreAddedUp() {
        SparseHistogram second = SparseHistogram.newBuilder().addBucketValue(9_000_000_000L)
                .addBucketCount(1_000_000_000).setCount(1_000_000_000).setSum(9_000_000_000_000_000_000L)
                .setSumOfSquares(81e9).build();
        var sketch = new QuantileSketch();
        for (int i = 0; i < 12; i++) {
            sketch.add(second);
        }

        assertThat(sketch.count()).isEqualTo(12_000_000_000L);
        assertThat(sketch.mean()).isCloseTo(9, within(1e-14));
        assertThat(sketch.standardDeviation()).isCloseTo(0, within(1e-6));
        assertThatThrownBy(sketch::toSparse).isInstanceOf(ArithmeticException.class);
    }

    /** Three numbers too small for whole units of 10⁻⁹: their mean is exact all the same. */
    @Test
    void shouldKeepTheMeanOfSmallNumbers() {
        QuantileSketch sketch = QuantileSketch.of(sketch(List.of(1.23456789e-6, 2.3456789e-6, 3.456789e-6)).toSparse());

        assertThat(sketch.mean()).isCloseTo((1.23456789e-6 + 2.3456789e-6 + 3.456789e-6) / 3, within(1e-15));
    }

    @Test
    void shouldRefuseStateThatIsNoSketch() {
        byte[] good = sketch(List.of(0.1, 0.2)).toBytes();
        byte[] otherForm = good.clone();
        otherForm[0] = 9;

        assertThatThrownBy(() -> new QuantileSketch().add(otherForm))
                .hasMessage("sketch is of form 9, only 1 is known");
        assertThatThrownBy(() -> new QuantileSketch().add(Arrays.copyOf(good, good.length - 1)))
                .hasMessage("sketch is cut off or damaged");
        assertThatThrownBy(() -> new QuantileSketch().add(Arrays.copyOf(good, 12)))
                .hasMessage("sketch is cut off or damaged");
    }

    @Test
    void shouldRefuseWhatIsNotAnUncertaintyAndBoundWhatIsTooLarge() {
        var sketch = new QuantileSketch();

        assertThatThrownBy(() -> sketch.record(Double.NaN)).hasMessage("recorded number is NaN, must be 0 or more");
        assertThatThrownBy(() -> sketch.record(-1e-9)).hasMessage("recorded number is -1.0E-9, must be 0 or more");
        sketch.record(Double.POSITIVE_INFINITY);
        assertThat(sketch.count()).isEqualTo(1);
        assertThat(sketch.mean()).isEqualTo(QuantileSketch.MAX);
        assertThat(sketch.quantile(1)).isEqualTo(QuantileSketch.MAX);
    }

    static Stream<SparseHistogram> contradictions() {
        SparseHistogram good = sketch(List.of(0.1, 0.2, 0.2)).toSparse();
        return Stream.of(good.toBuilder().setCount(4), good.toBuilder().setSum(-1),
                good.toBuilder().setSumRest(1_000_000), good.toBuilder().setSumOfSquares(301),
                good.toBuilder().addBucketValue(2_000_000_000L), good.toBuilder().setBucketCount(0, -1),
                good.toBuilder().setBucketValue(0, 900_000_000), good.toBuilder().setBucketValue(0, -5),
                good.toBuilder().setBucketValue(1, 11_000_000_000L), good.toBuilder().setSumOfSquares(Double.NaN),
                good.toBuilder().setBucketCount(0, Long.MAX_VALUE)).map(SparseHistogram.Builder::build);
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void shouldRefuseAHistogramThatContradictsItself(SparseHistogram histogram) {
        var sketch = new QuantileSketch();

        assertThatThrownBy(() -> sketch.add(histogram)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("histogram ");
        assertThat(sketch.count()).isZero();
    }

    private static QuantileSketch sketch(List<Double> numbers) {
        var sketch = new QuantileSketch();
        numbers.forEach(sketch::record);
        return sketch;
    }
}
