package io.sextant.bidder.pipeline;

import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.protocol.NoBidReason;
import org.junit.jupiter.api.Test;

class BidScratchTest {
    @Test
    void shouldLetGoOfReplacedModels() {
        Wiring wiring = Wiring.plain(campaign("c").build());
        wiring.bid(Wiring.request(1));
        assertThat(wiring.model.openScratches()).isOne();
        var next = new LinearModel(Wiring.SCHEMA, "only", 4);
        assertThat(wiring.snapshots.withModel("only", next)).isSameAs(wiring.model);

        wiring.scratch.refresh(wiring.snapshots.current());

        assertThat(wiring.model.openScratches()).isZero();
        assertThat(next.openScratches()).isOne();
        assertThat(wiring.bid(Wiring.request(1))).isEqualTo(NoBidReason.NONE);
        assertThat(wiring.scratch.snapshot().arms().getFirst().modelVersion()).isEqualTo(4);

        wiring.scratch.close();
        assertThat(next.openScratches()).isZero();
    }
}
