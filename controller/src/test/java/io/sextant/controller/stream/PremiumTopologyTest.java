package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.controller.modifier.SnapshotPublisher;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.WinEvent;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From notices to the premium in the snapshots, through the whole topology. */
class PremiumTopologyTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

    @TempDir
    Path directory;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(directory, Map.of(), Instant.ofEpochMilli(START_MS).plusSeconds(3600));
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void shouldCountEachChargeOnceWithThePriceThatWasPaid() {
        // Base 2.0: 2.5 paid twice over, 1.5 paid, and 2.4 that the bill withheld and the win tells later, and again.
        controller.send(bill("b1", 2_500_000L));
        controller.send(bill("b1", 2_500_000L));
        controller.send(win("b1", 2_500_000L));
        controller.send(bill("b2", 1_500_000L));
        controller.send(bill("b3", null));
        controller.send(win("b3", 2_400_000L));
        controller.send(win("b3", 2_400_000L));
        // Not charged: won only, or dearer than the bid.
        controller.send(win("b4", 2_600_000L));
        controller.send(bill("b5", 3_100_000L));

        assertThat(controller.count(ControllerCounter.PRICE_RECOVERED)).isEqualTo(1);
        assertThat(snapshot().getPremium()).isCloseTo((0.5 + 0.4) / (2.5 + 1.5 + 2.4), within(1e-12));
    }

    @Test
    void shouldTellEveryArmWhenExplorationBecomesTooExpensive() {
        controller.send(new ArmSecondBuilder().arm("uncertainty").at(START_MS).cell("adx/banner", 0.1).build());
        controller.send(new ArmSecondBuilder().arm("random").at(START_MS).cell("adx/banner", 0.1).build());
        controller.send(new ArmSecondBuilder().arm("uncertainty").at(START_MS + 5_000).build());
        controller.send(new ArmSecondBuilder().arm("random").at(START_MS + 5_000).build());
        assertThat(controller.snapshots()).hasSize(2).noneMatch(UncertaintySnapshot::getCapped);
        for (int i = 0; i < 30; i++) {
            controller.send(bill("b" + i, 2_500_000L));
        }

        List<UncertaintySnapshot> told = controller.snapshots();
        assertThat(told).hasSize(2).allMatch(UncertaintySnapshot::getCapped);
        assertThat(told).extracting(UncertaintySnapshot::getArm).containsExactlyInAnyOrder("random", "uncertainty");
        assertThat(controller.stored(SnapshotPublisher.PREMIUMS)).isEqualTo(1);
    }

    private UncertaintySnapshot snapshot() {
        controller.send(new ArmSecondBuilder().arm("uncertainty").at(START_MS).build());
        controller.send(new ArmSecondBuilder().arm("uncertainty").at(START_MS + 10_000).build());
        return controller.snapshots().getLast();
    }

    private static BidFacts bid(String bidId) {
        return BidFacts.newBuilder().setBidId(bidId).setArm("uncertainty").setCampaignId("shoes")
                .setBaseCpmMicros(2_000_000).setBidCpmMicros(3_000_000).setBidTimeMs(START_MS)
                .setSpendsOn(SpendsOn.SPENDS_ON_BILL).setExplorationGain(0.5f).build();
    }

    private static BillEvent bill(String bidId, @Nullable Long price) {
        BillEvent.Builder bill = BillEvent.newBuilder().setBid(bid(bidId)).setTimeMs(START_MS + 1000);
        return price == null ? bill.build() : bill.setPriceCpmMicros(price).build();
    }

    private static WinEvent win(String bidId, Long price) {
        return WinEvent.newBuilder().setBid(bid(bidId)).setTimeMs(START_MS + 2000).setPriceCpmMicros(price).build();
    }
}
