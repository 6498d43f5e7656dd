package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import org.junit.jupiter.api.Test;

class ArmModifierTest {
    private static final long EPOCH = 3;
    private final BidModifierTable table = BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm("uncertainty")
            .setVersion(1).setUncertaintyEpoch(EPOCH).setGain(1)
            .addCell(CellStatistics.newBuilder().setCount(10).setMean(0.01).setQuantileLowValue(0)
                    .setQuantileHighValue(1))
            .setModifiers(ModifierDistribution.newBuilder().addModifier(1.7).addCumulative(1).setCount(10))
            .setSettings(ExplorationSettings.newBuilder().setExploreShare(1).setModifierMin(1).setModifierMax(2)
                    .setTimeToLiveMs(1000))
            .build());

    @Test
    void shouldFollowTheArmsRule() {
        // u / mean = 0.015 / 0.01.
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, table, 0.015, EPOCH, "banner", 1)).isEqualTo(1.5);
        assertThat(ArmModifier.natural(ExplorationRule.RANDOM, table, Double.NaN, EPOCH, "banner", 1)).isEqualTo(1.7);
        assertThat(ArmModifier.natural(ExplorationRule.NONE, table, 0.015, EPOCH, "banner", 1)).isEqualTo(1);
    }

    @Test
    void shouldExploreNothingWhereUncertaintiesCannotBeCompared() {
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, table, 0.015, EPOCH + 1, "banner", 1)).isEqualTo(1);
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, table, Double.NaN, EPOCH, "banner", 1))
                .isEqualTo(1);
        assertThat(ArmModifier.natural(ExplorationRule.UNCERTAINTY, BidModifierTable.none(), 0.015, 0, "banner", 1))
                .isEqualTo(1);
    }
}
