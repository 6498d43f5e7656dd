package io.sextant.uncertainty.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.Allocation;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawsTest {
    /** The known answers that Random123 publishes for philox4x32-10: counter, key, output, words in hex. */
    @ParameterizedTest
    @CsvSource({"00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"})
    void shouldGiveThePublishedAnswers(String counter, String key, String expected) {
        int[] c = words(counter);
        int[] k = words(key);
        int[] e = words(expected);

        long lower = Draws.philox(c[0], c[1], c[2], c[3], k[0], k[1], false);
        long upper = Draws.philox(c[0], c[1], c[2], c[3], k[0], k[1], true);

        assertThat(new int[]{(int) lower, (int) (lower >>> 32), (int) upper, (int) (upper >>> 32)}).isEqualTo(e);
    }

    @Test
    void shouldKeepTheLayoutThatLoggedDecisionsWereDrawnWith() {
        long key = 0x0123456789abcdefL;

        assertThat(Draws.bits(key, Purpose.RANDOM_MODIFIER, 9))
                .isEqualTo(Draws.philox(9, 4, 0, 0, 0x89abcdef, 0x01234567, false));
        assertThat(Arrays.stream(Purpose.values()).map(Purpose::code)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8,
                9, 10, 11, 12, 13, 14, 15);
    }

    @Test
    void shouldDrawDifferentlyWhenKeyPurposeOrCounterDiffer() {
        Set<Long> seen = new HashSet<>();
        for (long key = 0; key < 50; key++) {
            for (Purpose purpose : Purpose.values()) {
                for (int counter = 0; counter < 20; counter++) {
                    seen.add(Draws.bits(key, purpose, counter));
                }
            }
        }

        assertThat(seen).hasSize(50 * Purpose.values().length * 20);
    }

    @Property(seed = "1")
    void shouldStayInRange(@ForAll long key, @ForAll Purpose purpose, @ForAll int counter,
            @ForAll @IntRange(min = 1) int bound) {
        assertThat(Draws.uniform(key, purpose, counter)).isGreaterThanOrEqualTo(0).isLessThan(1);
        assertThat(Draws.below(bound, key, purpose, counter)).isBetween(0, bound - 1);
    }

    @Test
    void shouldDrawEveryValueEquallyOften() {
        int cells = 100;
        int draws = 200_000;
        int[] counts = new int[cells];
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            counts[Draws.below(cells, i, Purpose.MASKS, 0)]++;
            sum += Draws.uniform(42, Purpose.THOMPSON, i);
        }
        double expected = (double) draws / cells;
        double chiSquare = Arrays.stream(counts).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();

        // The 99.9 % quantile of chi-square with 99 degrees of freedom.
        assertThat(chiSquare).isLessThan(148.23);
        // Five standard errors of a mean of uniform numbers.
        assertThat(sum / draws).isCloseTo(0.5, within(5 / Math.sqrt(12.0 * draws)));
    }

    @Test
    void shouldMakeTheSameKeyFromTheSameDecisionOnly() {
        assertThat(DecisionKey.of("r", "1", 3)).isEqualTo(DecisionKey.of(CharBuffer.wrap("r"), "1", 3))
                .isNotEqualTo(DecisionKey.of("r", "2", 3)).isNotEqualTo(DecisionKey.of("r", "1", 4))
                .isNotEqualTo(DecisionKey.of("1", "r", 3));
    }

    @Test
    void shouldAllocateNothing() {
        long[] sink = new long[1];

        assertThat(Allocation.bytesWhenWarm(() -> {
            long key = DecisionKey.of("80ce30c53c16e6ede735f123ef6e32361bfc7b22", "1", sink[0] & 7);
            sink[0] += Draws.bits(key, Purpose.MASKS, 1) + Draws.below(9, key, Purpose.THOMPSON, 2);
        })).isZero();
    }

    private static int[] words(String hex) {
        return Arrays.stream(hex.split(" ")).mapToInt(word -> Integer.parseUnsignedInt(word, 16)).toArray();
    }

    /** Moments of a standard normal, and its shares beyond 1 and 2. */
    @Test
    void shouldDrawNormally() {
        int count = 40_000;
        double[] moments = new double[5];
        int beyondOne = 0;
        int beyondTwo = 0;
        for (int i = 0; i < count; i++) {
            double z = Draws.normal(7, Purpose.SCORE_DEVIATE, i);
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(z, power) / count;
            }
            beyondOne += Math.abs(z) > 1 ? 1 : 0;
            beyondTwo += z > 2 ? 1 : 0;
        }
        // four standard errors: variances of z, z², z³, z⁴ are 1, 2, 15, 96
        assertThat(moments[1]).isCloseTo(0, within(4 / Math.sqrt(count)));
        assertThat(moments[2]).isCloseTo(1, within(4 * Math.sqrt(2.0 / count)));
        assertThat(moments[3]).isCloseTo(0, within(4 * Math.sqrt(15.0 / count)));
        assertThat(moments[4]).isCloseTo(3, within(4 * Math.sqrt(96.0 / count)));
        assertThat((double) beyondOne / count).isCloseTo(0.3173, within(0.0094));
        assertThat((double) beyondTwo / count).isCloseTo(0.02275, within(0.003));
    }
}
