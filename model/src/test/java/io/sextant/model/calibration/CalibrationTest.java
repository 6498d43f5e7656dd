package io.sextant.model.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
    /** Knots (0.1, 0.05), (0.3, 0.2): eq. 20 between them, half below; above, odds 7/12 of what they were. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.05, 0.025", "0.1, 0.05", "0.15, 0.0875", "0.2, 0.125", "0.3, 0.2",
        "0.5, 0.3684210526315789", "1, 1"})
    void shouldInterpolateBetweenKnotsAndKeepRatiosBeyondThem(double pctr, double expected) {
        Calibration calibration = Calibration.of(new double[]{0.1, 0.3}, new double[]{0.05, 0.2});

        assertThat(calibration.at(pctr)).isCloseTo(expected, within(1e-15));
    }

    @Test
    void shouldNotPassOneWhereTheRatioWould() {
        Calibration calibration = Calibration.of(new double[]{0.4}, new double[]{0.8});

        // Odds of 2/3 became 4, so 7/3 become 14.
        assertThat(calibration.at(0.7)).isCloseTo(14.0 / 15, within(1e-15));
        assertThat(calibration.at(1)).isEqualTo(1);
    }

    @Test
    void shouldChangeNothingWithoutKnots() {
        assertThat(Calibration.identity().at(0.37)).isEqualTo(0.37);
        assertThat(Calibration.of(new double[0], new double[0])).isEqualTo(Calibration.identity());
        assertThat(Calibration.of(new double[]{0.5}, new double[]{0.5}).at(Double.NaN)).isNaN();
    }

    @Property(tries = 300, seed = "1")
    void shouldRiseStrictlyWithinZeroAndOne(@ForAll @IntRange(min = 1, max = 20) int knots, @ForAll long seed) {
        Random random = new Random(seed);
        Calibration calibration = Calibration.of(ascending(random, knots), ascending(random, knots));
        double[] pctr = ascending(random, 50);

        double before = calibration.at(0);
        assertThat(before).isZero();
        for (double p : pctr) {
            assertThat(calibration.at(p)).isGreaterThan(before).isLessThanOrEqualTo(1);
            before = calibration.at(p);
        }
    }

    @Property(tries = 300, seed = "1")
    void shouldBeBothMapsInOneUpToTheLastKnot(@ForAll @IntRange(min = 1, max = 8) int first,
            @ForAll @IntRange(min = 1, max = 8) int second, @ForAll long seed) {
        Random random = new Random(seed);
        Calibration left = Calibration.of(ascending(random, first), ascending(random, first));
        Calibration right = Calibration.of(ascending(random, second), ascending(random, second));

        Calibration both = left.then(right);

        double last = left.scores()[first - 1];
        for (int i = 0; i <= 1000; i++) {
            double p = last * i / 1000;
            if (left.at(p) <= right.scores()[second - 1]) {
                assertThat(both.at(p)).isCloseTo(right.at(left.at(p)), within(1e-9));
            }
        }
        for (double knot : both.scores()) {
            assertThat(both.at(knot)).isCloseTo(right.at(left.at(knot)), within(1e-9));
        }
        assertThat(left.then(Calibration.identity())).isEqualTo(left);
        assertThat(Calibration.identity().then(right)).isEqualTo(right);
    }

    @Test
    void shouldRefuseKnotsThatDoNotRise() {
        assertThatThrownBy(() -> Calibration.of(new double[]{0.1, 0.1}, new double[]{0.1, 0.2}))
                .hasMessage("calibration's score 1 is 0.1, must be above 0.1 and below 1");
        assertThatThrownBy(() -> Calibration.of(new double[]{0.1, 0.2}, new double[]{0.1, 1}))
                .hasMessage("calibration's rate 1 is 1.0, must be above 0.1 and below 1");
        assertThatThrownBy(() -> Calibration.of(new double[]{0.1}, new double[0]))
                .hasMessage("calibration has 1 scores but 0 rates");
    }

    private static double[] ascending(Random random, int count) {
        TreeSet<Double> values = new TreeSet<>();
        while (values.size() < count) {
            values.add((1 + random.nextInt(9998)) / 10_000.0);
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
