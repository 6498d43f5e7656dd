package io.sextant.abtesting.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.abtesting.allocation.Arm.PctrRule;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ArmAllocatorTest {
    private static final int UNITS = 60_000;

    @Property(tries = 20, seed = "1")
    void shouldFillTheArmsByTheirShares(@ForAll("shares") List<Double> shares, @ForAll("salts") String salt) {
        var allocator = new ArmAllocator(arms(shares), salt);
        int[] counts = new int[shares.size()];
        for (int unit = 0; unit < UNITS; unit++) {
            counts[allocator.allocate(allocator.unitHash("user-" + unit))]++;
        }

        for (int arm = 0; arm < counts.length; arm++) {
            double share = shares.get(arm);
            // Five standard deviations of a binomial share.
            assertThat((double) counts[arm] / UNITS).isCloseTo(share,
                    within(5 * Math.sqrt(share * (1 - share) / UNITS)));
        }
    }

    @Test
    void shouldPutTheSameUnitIntoTheSameArmEverywhere() {
        var here = new ArmAllocator(arms(List.of(0.2, 0.3, 0.5)), "2026-spring");
        var there = new ArmAllocator(arms(List.of(0.2, 0.3, 0.5)), "2026-spring");

        for (int unit = 0; unit < 1_000; unit++) {
            String id = "user-" + unit;
            assertThat(there.unitHash(new String(id.toCharArray()))).isEqualTo(here.unitHash(id));
            assertThat(there.allocate(there.unitHash(id))).isEqualTo(here.allocate(here.unitHash(id)));
        }
    }

    /** A unit's arm under one salt says nothing about its arm under another: chi-square of the 3 × 3 table. */
    @Test
    void shouldAllocateAnewUnderAnotherSalt() {
        List<Arm> thirds = arms(List.of(1.0 / 3, 1.0 / 3, 1 - 2.0 / 3));
        var first = new ArmAllocator(thirds, "first");
        var second = new ArmAllocator(thirds, "second");
        double[][] table = new double[3][3];
        for (int unit = 0; unit < UNITS; unit++) {
            String id = "user-" + unit;
            table[first.allocate(first.unitHash(id))][second.allocate(second.unitHash(id))]++;
        }

        double chiSquare = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                int column = j;
                double columnSum = DoubleStream.of(table[0][column], table[1][column], table[2][column]).sum();
                double expected = DoubleStream.of(table[i]).sum() * columnSum / UNITS;
                chiSquare += (table[i][j] - expected) * (table[i][j] - expected) / expected;
            }
        }

        // The 99.9 % quantile of chi-square with 4 degrees of freedom.
        assertThat(chiSquare).isLessThan(18.467);
    }

    @Test
    void shouldRefuseSharesThatDoNotSumToOneAndNamesThatRepeat() {
        assertThatThrownBy(() -> new ArmAllocator(arms(List.of(0.5, 0.4)), "s"))
                .hasMessage("the arms' shares sum to 0.9, must be 1");
        assertThatThrownBy(() -> new ArmAllocator(List.of(), "s"))
                .hasMessageStartingWith("the arms' shares sum to 0.0");
        Arm half = new Arm("control", 0.5, PctrRule.PLAIN, ExplorationRule.NONE);
        assertThatThrownBy(() -> new ArmAllocator(List.of(half, half), "s"))
                .hasMessageStartingWith("arm names must be unique");
    }

    @Provide
    Arbitrary<List<Double>> shares() {
        return Arbitraries.integers().between(1, 20).list().ofMinSize(1).ofMaxSize(6).map(weights -> {
            double sum = weights.stream().mapToInt(Integer::intValue).sum();
            return weights.stream().map(weight -> weight / sum).toList();
        });
    }

    @Provide
    Arbitrary<String> salts() {
        return Arbitraries.strings().ofMaxLength(12);
    }

    private static List<Arm> arms(List<Double> shares) {
        return IntStream.range(0, shares.size())
                .mapToObj(i -> new Arm("arm" + i, shares.get(i), PctrRule.PLAIN, ExplorationRule.NONE)).toList();
    }
}
