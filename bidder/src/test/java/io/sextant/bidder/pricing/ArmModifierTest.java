package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import org.junit.jupiter.api.Test;

class ArmModifierTest {
    private static final long EPOCH = 3;
    private static final double PCTR = 0.02;
    private final BidModifierTable table = BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm("uncertainty")
            .setVersion(1).setUncertaintyEpoch(EPOCH).setGain(1)
            .addCell(CellStatistics.newBuilder().setCount(10).setMean(0.01).setQuantileLowValue(0)
                    .setQuantileHighValue(1))
            .setModifiers(ModifierDistribution.newBuilder().addModifier(1.1).addCumulative(0.5).addModifier(1.7)
                    .addCumulative(1).setCount(10))
            .addRankedQuantile(0.01).addRankedQuantile(0.03)
            .setSettings(ExplorationSettings.newBuilder().setExploreShare(1).setModifierMin(1).setModifierMax(2)
                    .setTimeToLiveMs(1000))
            .build());

    @Test
    void shouldFollowTheArmsRule() {
        // u / mean = 0.015 / 0.01.
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, table, 0.015, EPOCH, PCTR, "banner", 1))
                .isEqualTo(1.5);
        assertThat(ArmModifier.natural(ExplorationRule.RANDOM, table, Double.NaN, EPOCH, PCTR, "banner", 1)).isIn(1.1,
                1.7);
        assertThat(ArmModifier.natural(ExplorationRule.UNIFORM, table, Double.NaN, EPOCH, PCTR, "banner", 1))
                .isCloseTo(1.4, within(1e-12));
        assertThat(ArmModifier.natural(ExplorationRule.PCTR_PLACEBO, table, 0.015, EPOCH, 0.025, "banner", 1))
                .isEqualTo(1.7);
        assertThat(ArmModifier.natural(ExplorationRule.PCTR_PLACEBO, table, 0.015, EPOCH, Double.NaN, "banner", 1))
                .isEqualTo(1);
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY_RANK, table, 0.025, EPOCH, 0.025, "banner", 1))
                .isEqualTo(1.7);
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY_RANK, table, 0.015, EPOCH, 0.015, "banner", 1))
                .isEqualTo(1.1);
        assertThat(ArmModifier.natural(ExplorationRule.NONE, table, 0.015, EPOCH, PCTR, "banner", 1)).isEqualTo(1);
    }

    @Test
    void shouldExploreNothingWhereUncertaintiesCannotBeCompared() {
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, table, 0.015, EPOCH + 1, PCTR, "banner", 1))
                .isEqualTo(1);
        assertThat(
                ArmModifier.natural(ExplorationRule.UNCERTAINTY_RANK, table, 0.025, EPOCH + 1, 0.025, "banner", 1))
                .isEqualTo(1);
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, table, Double.NaN, EPOCH, PCTR, "banner", 1))
                .isEqualTo(1);
        assertThat(
                ArmModifier.natural(ExplorationRule.UNCERTAINTY, BidModifierTable.none(), 0.015, 0, PCTR, "banner", 1))
                .isEqualTo(1);
    }
}
