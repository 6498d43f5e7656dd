package io.sextant.bidder.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.pipeline.LinearModel;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotHolderTest {
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard();
    private static final List<Arm> ARMS = List.of(
            new Arm("control", 0.5, Arm.PctrRule.PLAIN, Arm.ExplorationRule.NONE),
            new Arm("uncertainty", 0.5, Arm.PctrRule.AGE_TS, Arm.ExplorationRule.UNCERTAINTY));

    private final SnapshotHolder holder = new SnapshotHolder(ARMS, catalogue("1"),
            new FeatureEncoder(SCHEMA, new UserAgents(16)));

    @Test
    void shouldReplaceOneArmsModelAndHandTheOldOneBack() {
        var first = new LinearModel(SCHEMA, "control", 0);
        var second = new LinearModel(SCHEMA, "control", 1);
        BidderSnapshot before = holder.current();

        assertThat(holder.withModel("control", first)).isNull();
        assertThat(holder.current().complete()).isFalse();
        assertThat(holder.withModel("control", second)).isSameAs(first);
        assertThat(holder.withModel("uncertainty", first)).isNull();

        assertThat(before.arms().getFirst().model()).isNull();
        assertThat(before.arms().getFirst().modelVersion()).isEqualTo(-1);
        assertThat(holder.current().arms().getFirst().modelVersion()).isOne();
        assertThat(holder.current().complete()).isTrue();
        assertThat(holder.current().sequence()).isEqualTo(3);
    }

    @Test
    void shouldRefuseAModelThatReadsOtherFeatures() {
        var other = new LinearModel(FeatureSchemas.standard(1, 99), "control", 7);

        assertThatIllegalArgumentException().isThrownBy(() -> holder.withModel("control", other))
                .withMessageContaining("model 7 of arm control refused: it reads FeatureSchema[24 fields");
        assertThatIllegalArgumentException().isThrownBy(() -> holder.withTable("contol", BidModifierTable.none()))
                .withMessage("no arm is named contol; there are [control, uncertainty]");
    }

    @Test
    void shouldKeepModelsOverANewCatalogue() {
        var model = new LinearModel(SCHEMA, "control", 0);
        holder.withModel("control", model);

        holder.withCatalogue(catalogue("2"));

        assertThat(holder.current().catalogueVersion()).isEqualTo("2");
        assertThat(holder.current().arms().getFirst().model()).isSameAs(model);
    }

    private static Catalogue catalogue(String version) {
        return new Catalogue(version, List.of(CampaignBuilder.campaign("c").budget(100).build()));
    }
}
