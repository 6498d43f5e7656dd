package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogisticTest {
    private static final MathContext PRECISE = new MathContext(45);
    private static final double LN_2 = 0.6931471805599453;

    /** Each of the two is off by 2.2 ulp at worst where e^-x is large: its own error counts twice there. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 40, 700})
    void shouldBeCloseToStrictMath(int range) {
        SplittableRandom random = new SplittableRandom(range);
        double worst = 0;
        double worstExponential = 0;
        for (int i = 0; i < 50_000; i++) {
            double x = random.nextDouble(-range, range);
            double expected = 1 / (1 + StrictMath.exp(-x));
            worst = Math.max(worst, Math.abs(Logistic.of(x) - expected) / Math.ulp(expected));
            double exponential = StrictMath.exp(x);
            worstExponential = Math.max(worstExponential,
                    Math.abs(Logistic.exp(x) - exponential) / Math.ulp(exponential));
        }
        assertThat(worst).isLessThanOrEqualTo(range <= 8 ? 2 : 4);
        assertThat(worstExponential).isLessThanOrEqualTo(1);
    }

    @Property(tries = 1_000, seed = "1")
    void shouldBeWithinTwoUlpAndAHalfOfTheTruth(@ForAll @DoubleRange(min = -60, max = 60) double x) {
        BigDecimal exponential = exp(-x);
        BigDecimal truth = BigDecimal.ONE.divide(BigDecimal.ONE.add(exponential), PRECISE);

        assertThat(ulps(Logistic.exp(-x), exponential)).isLessThanOrEqualTo(1);
        assertThat(ulps(Logistic.of(x), truth)).isLessThanOrEqualTo(2.5);
    }

    private static double ulps(double value, BigDecimal truth) {
        return new BigDecimal(value).subtract(truth).abs().doubleValue() / Math.ulp(truth.doubleValue());
    }

    /** Taylor's series at an argument so small that 16 terms are exact to 40 digits, squared back. */
    private static BigDecimal exp(double x) {
        int halvings = 12;
        BigDecimal r = new BigDecimal(x).divide(BigDecimal.valueOf(1 << halvings), PRECISE);
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int n = 1; n <= 16; n++) {
            term = term.multiply(r, PRECISE).divide(BigDecimal.valueOf(n), PRECISE);
            sum = sum.add(term, PRECISE);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, PRECISE);
        }
        return sum;
    }

    @Test
    void shouldKnowTheEnds() {
        assertThat(Logistic.of(0)).isEqualTo(0.5);
        assertThat(Logistic.of(-0.0)).isEqualTo(0.5);
        assertThat(Logistic.of(Double.MIN_VALUE)).isEqualTo(0.5);
        assertThat(Logistic.of(40)).isEqualTo(1);
        assertThat(Logistic.of(Float.MAX_VALUE)).isEqualTo(1);
        assertThat(Logistic.of(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(Logistic.of(-700)).isCloseTo(9.85967654375977e-305, within(1e-318));
        assertThat(Logistic.of(-701)).isEqualTo(Logistic.of(-700));
        assertThat(Logistic.of(-Float.MAX_VALUE)).isEqualTo(Logistic.of(-700));
        assertThat(Logistic.of(Double.NEGATIVE_INFINITY)).isEqualTo(Logistic.of(-700));
        assertThat(Logistic.of(Double.NaN)).isNaN();
        // ln 3: odds of 3 to 1
        assertThat(Logistic.of(1.0986122886681098)).isCloseTo(0.75, within(1.2e-16));
    }

    @Property(tries = 2_000, seed = "1")
    void shouldRiseWithTheLogit(@ForAll @DoubleRange(min = -710, max = 710) double a,
            @ForAll @DoubleRange(min = -710, max = 710) double b) {
        assertThat(Logistic.of(Math.min(a, b))).isLessThanOrEqualTo(Logistic.of(Math.max(a, b)));
    }

    /** Also from one float to the next, where the exponential's pieces meet and anywhere else. */
    @Test
    void shouldRiseFromOneFloatToTheNext() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 100_000; i++) {
            double middle = i < 120 ? (i - 60 + 0.5) * LN_2 : random.nextDouble(-50, 50);
            float x = (float) middle;
            for (int step = 0; step < 3; step++) {
                float next = Math.nextUp(x);
                if (!(Logistic.of(x) <= Logistic.of(next))) {
                    assertThat(Logistic.of(x)).as("at %s and the next float", x)
                            .isLessThanOrEqualTo(Logistic.of(next));
                }
                x = next;
            }
        }
    }

    /** Odds turned round: of(−x) = 1 − of(x), to one ulp of 1. */
    @Property(tries = 2_000, seed = "1")
    void shouldBeSymmetric(@ForAll @DoubleRange(min = -710, max = 710) double x) {
        assertThat(Logistic.of(-x)).isCloseTo(1 - Logistic.of(x), within(Math.ulp(1.0)));
    }
}
