package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attribution window of ten minutes; panes, grace and publication as in {@link MarketRun#WINDOWS}. */
class SimulatedControllerTest {
    private static final long START_MS = 1_772_409_600_000L;
    private static final long MINUTE_MS = 60_000;

    private final SimulatedController controller = new SimulatedController(
            new ConfigurationLoader("controller", Map.of())
                    .load(ControllerConfig.class, null, MarketRun.WINDOWS));

    @AfterEach
    void close() {
        controller.close();
    }

    private static BidFacts bid(String arm, String id, long timeMs) {
        return BidFacts.newBuilder().setArm(arm).setBidId(arm + "/" + id).setCampaignId("c").setBidTimeMs(timeMs)
                .setBaseCpmMicros(800).setBidCpmMicros(1_000).setExplorationGain(1).addFeature(7).build();
    }

    private static BillEvent bill(BidFacts bid) {
        return BillEvent.newBuilder().setBid(bid).setPriceCpmMicros(1_000).setTimeMs(bid.getBidTimeMs()).build();
    }

    private static ArmSecond second(String arm, long endMs) {
        return ArmSecond.newBuilder().setArm(arm).setBidder("lane-0").setSequence(endMs).setSecondMs(endMs - 1000)
                .setRequests(5).setImpressions(5).setBids(4).build();
    }

    @Test
    void shouldLabelEveryArmsImpressionsWhenTheirWindowHasPassed() {
        BidFacts clicked = bid("a", "1", START_MS + 1_000);
        BidFacts not = bid("b", "1", START_MS + 2_000);
        ClickEvent click = ClickEvent.newBuilder().setBid(clicked).setTimeMs(START_MS + 30_000).build();

        controller.hear(List.of(bill(clicked), bill(not), click), List.of(), START_MS + MINUTE_MS);
        List<Example> early = Stream.of("a", "b").flatMap(arm -> controller.takeExamples(arm).stream()).toList();
        controller.idle(START_MS + 11 * MINUTE_MS);

        assertThat(early).isEmpty();
        assertThat(controller.takeExamples("a")).singleElement().satisfies(example -> {
            assertThat(example.getClick()).isTrue();
            assertThat(example.getBidId()).isEqualTo("a/1");
        });
        assertThat(controller.takeExamples("b")).singleElement()
                .satisfies(example -> assertThat(example.getClick()).isFalse());
        assertThat(controller.takeExamples("a")).as("told once").isEmpty();
    }

    /** A fifth of every price is premium. */
    @Test
    void shouldPublishASnapshotAMinuteOfEachArmWithWhatExploringCost() {
        for (int minute = 1; minute <= 3; minute++) {
            long endMs = START_MS + minute * MINUTE_MS;
            controller.hear(List.of(bill(bid("a", "x" + minute, endMs - 5_000))),
                    List.of(second("a", endMs), second("b", endMs)), endMs);
        }

        List<UncertaintySnapshot> snapshots = controller.takeSnapshots();

        assertThat(snapshots).extracting(UncertaintySnapshot::getArm).containsExactlyInAnyOrder("a", "b");
        UncertaintySnapshot ofA = snapshots.stream().filter(each -> each.getArm().equals("a")).findFirst()
                .orElseThrow();
        assertThat(ofA.getPremium()).isEqualTo(0.2);
        assertThat(ofA.getWindowEndMs()).as("no minute is waited for").isEqualTo(START_MS + 3 * MINUTE_MS);
        assertThat(ofA.getVersion()).isBetween(2L, 3L);
        assertThat(controller.takeSnapshots()).isEmpty();
    }
}
