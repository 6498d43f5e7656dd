package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.WinEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long labels wait, and that none of it loses or doubles one. */
class AttributionWaitingTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final Instant WALL = Instant.ofEpochMilli(START_MS).plus(Duration.ofDays(2));

    @TempDir
    Path directory;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(directory,
                Map.of("attribution.window", "10m", "attribution.late-window", "60m", "attribution.retention", "2h",
                        "attribution.waiting.steady", "5s", "attribution.waiting.pane", "1m"),
                WALL);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void shouldSendLabelsAtOnceWhereClicksComeSteadilyAndWaitWhereTheyComeInBursts() {
        var random = new SplittableRandom(3);
        // two campaigns in two arms, 30 minutes: "steady" gets its clicks as they happen, "bursty" all of them at the end
        int bid = 0;
        for (int minute = 0; minute < 30; minute++) {
            for (int i = 0; i < 60; i++) {
                for (String campaign : List.of("steady", "bursty")) {
                    BidFacts facts = bid("b" + bid++, campaign, "control", minute * 60_000L + i * 1000L);
                    show(facts);
                    boolean clicked = random.nextDouble() < 0.1;
                    if (clicked && campaign.equals("steady")) {
                        controller.send(click(facts, 500));
                    }
                    if (minute == 28 && campaign.equals("bursty")) {
                        controller.send(click(facts, 500));
                    }
                }
            }
        }
        controller.examples();
        long nowMs = 30 * 60_000L;
        BidFacts steady = bid("s", "steady", "control", nowMs);
        BidFacts bursty = bid("u", "bursty", "control", nowMs);
        BidFacts elsewhere = bid("e", "steady", "random", nowMs);
        List.of(steady, bursty, elsewhere).forEach(this::show);

        timePasses(nowMs + 7_000);
        assertThat(controller.examples()).extracting(Example::getBidId).contains("s").doesNotContain("u", "e");

        // the click that comes after the short wait corrects the label
        controller.send(click(steady, 60_000));
        assertThat(controller.examples()).filteredOn(example -> example.getBidId().equals("s"))
                .extracting(Example::getWeight, Example::getClick)
                .containsExactly(tuple(-1f, false),
                        tuple(1f, true));
        // the others come when the window has passed
        timePasses(nowMs + 601_000);
        assertThat(controller.examples()).extracting(Example::getBidId).contains("u", "e");
        assertThat(controller.count(ControllerCounter.LABEL_EARLY)).isPositive();
    }

    @Test
    void shouldEndWithOneLabelForEachBoughtImpressionWhateverTheOrderAndTheRepeats() {
        var random = new Random(17);
        List<Message> notices = new ArrayList<>();
        Map<String, Integer> expected = new HashMap<>();
        Set<String> disbelieved = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            BidFacts facts = bid("b" + i, "c" + i % 3, i % 2 == 0 ? "control" : "random", random.nextInt(60_000));
            boolean won = random.nextInt(10) > 0;
            boolean billed = random.nextInt(10) > 2;
            boolean shown = random.nextInt(10) > 1;
            boolean clicked = random.nextInt(4) == 0;
            if (won) {
                notices.add(WinEvent.newBuilder().setBid(facts).setTimeMs(facts.getBidTimeMs() + 50).build());
            }
            if (billed) {
                boolean lies = random.nextInt(20) == 0;
                notices.add(BillEvent.newBuilder().setBid(facts).setTimeMs(facts.getBidTimeMs() + 80)
                        .setPriceCpmMicros(facts.getBidCpmMicros() + (lies ? 1 : 0)).build());
                if (lies) {
                    disbelieved.add(facts.getBidId());
                    billed = false;
                }
            }
            if (shown) {
                notices.add(ImpressionEvent.newBuilder().setBid(facts).setTimeMs(facts.getBidTimeMs() + 90).build());
            }
            if (clicked) {
                notices.add(click(facts, 200));
            }
            if ((billed || (shown && won)) && !disbelieved.contains(facts.getBidId())) {
                expected.put(facts.getBidId(), clicked ? 1 : 0);
            }
        }
        // a third of all notices comes again, all of them in any order
        notices.addAll(new ArrayList<>(notices.subList(0, notices.size() / 3)));
        Collections.shuffle(notices, random);
        notices.forEach(controller::send);
        timePasses(20 * 60_000L);

        // what the trainer is left with: weights of each bid and label added up
        Map<String, Integer> clicks = new HashMap<>();
        Map<String, Integer> labels = new HashMap<>();
        for (Example example : controller.examples()) {
            labels.merge(example.getBidId(), (int) example.getWeight(), Integer::sum);
            clicks.merge(example.getBidId(), example.getClick() ? (int) example.getWeight() : 0, Integer::sum);
        }
        assertThat(clicks).isEqualTo(expected);
        assertThat(labels).hasSameSizeAs(expected).allSatisfy((_, sum) -> assertThat(sum).isEqualTo(1));
        assertThat(controller.count(ControllerCounter.NOTICE_PRICE_ABOVE_BID)).isGreaterThanOrEqualTo(
                disbelieved.size());
    }

    private void show(BidFacts bid) {
        controller.send(WinEvent.newBuilder().setBid(bid).setTimeMs(bid.getBidTimeMs()).build());
        controller.send(ImpressionEvent.newBuilder().setBid(bid).setTimeMs(bid.getBidTimeMs()).build());
    }

    private void timePasses(long afterStartMs) {
        BidFacts other = bid("clock-" + afterStartMs, "clock", "clock", afterStartMs);
        controller.send(WinEvent.newBuilder().setBid(other).setTimeMs(other.getBidTimeMs()).build());
    }

    private static ClickEvent click(BidFacts bid, long afterMs) {
        return ClickEvent.newBuilder().setBid(bid).setTimeMs(bid.getBidTimeMs() + afterMs).build();
    }

    private static BidFacts bid(String bidId, String campaign, String arm, long afterStartMs) {
        return BidFacts.newBuilder().setBidId(bidId).setArm(arm).setExchange("adx").setFormat("banner")
                .setCampaignId(campaign).setCreativeId("c1").addAllFeature(List.of(3, 1, 4, 1, 5))
                .setSchemaFingerprint(7).setBaseCpmMicros(2_000_000).setBidCpmMicros(2_500_000).setModifier(1)
                .setPctr(0.03f).setBidTimeMs(START_MS + afterStartMs).build();
    }
}
