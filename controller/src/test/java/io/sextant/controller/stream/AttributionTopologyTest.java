package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.WinEvent;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttributionTopologyTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final long DAY = START_MS / 86_400_000;
    private static final Instant WALL = Instant.ofEpochMilli(START_MS).plus(Duration.ofDays(2));
    private static final long BID_CPM_MICROS = 2_500_000;

    @TempDir
    Path directory;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(directory, Map.of("attribution.window", "10s", "attribution.late-window",
                "60s", "attribution.retention", "5m"), WALL);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void shouldLabelAClickWhenItComesWithinTheWindow() {
        won("b1", 1000);
        controller.send(click("b1", 4000));
        won("b2", 2000);
        assertThat(controller.examples()).isEmpty();

        timePasses(13_000);

        // in the order of the impressions, whether clicked or not
        List<Example> examples = controller.examples();
        assertThat(examples).extracting(Example::getBidId).containsExactly("b1", "b2");
        assertThat(examples).extracting(Example::getClick).containsExactly(true, false);
        assertThat(examples).extracting(Example::getWeight).containsOnly(1f);
        Example example = examples.getFirst();
        BidFacts bid = bid("b1").build();
        assertThat(example.getArm()).isEqualTo("uncertainty");
        assertThat(example.getFeatureList()).isEqualTo(bid.getFeatureList());
        assertThat(example.getSchemaFingerprint()).isEqualTo(bid.getSchemaFingerprint());
        assertThat(example.getPctr()).isEqualTo(bid.getPctr());
        assertThat(example.getModifier()).isEqualTo(bid.getModifier());
        assertThat(example.getModelVersion()).isEqualTo(bid.getModelVersion());
        assertThat(example.getImpressionTimeMs()).isEqualTo(START_MS + 1000);
        assertThat(example.getExchange()).isEqualTo("adx");
        assertThat(example.getCampaignId()).isEqualTo("shoes");
        assertThat(example.getFormat()).isEqualTo("banner");
    }

    @Test
    void shouldCorrectTheLabelWhenTheClickComesLate() {
        won("b1", 0);
        timePasses(12_000);
        assertThat(controller.examples()).extracting(Example::getClick).containsExactly(false);

        controller.send(click("b1", 50_000));
        controller.send(click("b1", 51_000));

        List<Example> pair = controller.examples();
        assertThat(pair).extracting(Example::getWeight).containsExactly(-1f, 1f);
        assertThat(pair).extracting(Example::getClick).containsExactly(false, true);
        assertThat(pair).extracting(Example::getFeatureList).containsOnly(bid("b1").getFeatureList());
        assertThat(controller.count(ControllerCounter.EXAMPLE_CORRECTION)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.CLICK_DUPLICATE)).isEqualTo(1);
        assertThat(total(controller).getClicks()).isEqualTo(1);
    }

    @Test
    void shouldOnlyCountTheClickWhenItComesAfterTheLateWindow() {
        won("b1", 0);
        timePasses(12_000);
        controller.examples();

        controller.send(click("b1", 60_001));

        assertThat(controller.examples()).isEmpty();
        assertThat(controller.count(ControllerCounter.CLICK_TOO_LATE)).isEqualTo(1);
        assertThat(total(controller).getClicks()).isZero();
    }

    @Test
    void shouldMakeOneExampleWhenPixelAndBillAndRepeatsCome() {
        controller.send(bill("b1", 1000, 2_000_000L));
        controller.send(impression("b1", 2000));
        controller.send(impression("b1", 3000));
        controller.send(bill("b1", 3500, 2_000_000L));
        controller.send(win("b1", 500, 2_000_000L));
        controller.send(win("b1", 4000, 2_000_000L));

        timePasses(30_000);

        assertThat(controller.examples()).singleElement()
                .satisfies(example -> assertThat(example.getImpressionTimeMs()).isEqualTo(START_MS + 1000));
        ArmMinute total = total(controller);
        assertThat(total.getWins()).isEqualTo(1);
        assertThat(total.getImpressions()).isEqualTo(1);
        assertThat(total.getSpendNanos()).isEqualTo(2_000_000);
        assertThat(controller.count(ControllerCounter.WIN_DUPLICATE)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.BILL_DUPLICATE)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.IMPRESSION_DUPLICATE)).isEqualTo(1);
    }

    @Test
    void shouldJoinTheClickWhenItIsReadBeforeItsImpression() {
        controller.send(click("b1", 3000));
        won("b1", 1000);

        timePasses(12_000);

        assertThat(controller.examples()).extracting(Example::getClick).containsExactly(true);
        assertThat(total(controller).getClicks()).isEqualTo(1);
    }

    @Test
    void shouldCountTheClickWhenItsImpressionNeverComes() {
        controller.send(win("b1", 0, 1_000_000L));
        controller.send(click("b1", 3000));

        timePasses(361_000);

        assertThat(controller.examples()).isEmpty();
        assertThat(controller.count(ControllerCounter.CLICK_WITHOUT_IMPRESSION)).isEqualTo(1);
        assertThat(total(controller).getClicks()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = SpendsOn.class, names = "UNRECOGNIZED", mode = EnumSource.Mode.EXCLUDE)
    void shouldSpendOnceAtThePriceOfTheNoticeThatCostsMoney(SpendsOn spendsOn) {
        // every notice with another price, all of them twice, in any order
        List<Message> notices = new ArrayList<>(List.of(
                WinEvent.newBuilder().setBid(bid("b1").setSpendsOn(spendsOn)).setPriceCpmMicros(1_000_000)
                        .setTimeMs(START_MS + 100).build(),
                BillEvent.newBuilder().setBid(bid("b1").setSpendsOn(spendsOn)).setPriceCpmMicros(2_000_000)
                        .setTimeMs(START_MS + 200).build(),
                ImpressionEvent.newBuilder().setBid(bid("b1").setSpendsOn(spendsOn)).setPriceCpmMicros(2_400_000)
                        .setTimeMs(START_MS + 300).build()));
        notices.addAll(List.copyOf(notices));
        Collections.shuffle(notices, new Random(11));
        notices.forEach(controller::send);

        long expected = switch (spendsOn) {
            case SPENDS_ON_WIN -> 1_000_000;
            case SPENDS_ON_BILL -> 2_000_000;
            default -> 2_400_000;
        };
        Map<String, CampaignSpend> spend = controller.spend();
        assertThat(spend).containsOnlyKeys("shoes/uncertainty/" + DAY);
        CampaignSpend day = Objects.requireNonNull(spend.get("shoes/uncertainty/" + DAY));
        assertThat(day.getSpendNanos()).isEqualTo(expected);
        assertThat(day.getBilledImpressions()).isEqualTo(1);
        assertThat(day.getCampaignId()).isEqualTo("shoes");
        assertThat(day.getArm()).isEqualTo("uncertainty");
        assertThat(day.getDay()).isEqualTo(DAY);
        assertThat(total(controller).getSpendNanos()).isEqualTo(expected);
    }

    @Test
    void shouldTakeTheWinPriceWhenTheBillTellsNone() {
        controller.send(win("b1", 0, 1_500_000L));
        controller.send(bill("b1", 1000, null));
        // and when the win notice comes second
        controller.send(bill("b2", 1000, null));
        assertThat(controller.count(ControllerCounter.PRICE_MISSING)).isEqualTo(1);
        controller.send(win("b2", 2000, 700_000L));
        // and not when none is ever told: the bid is not the price
        controller.send(bill("b3", 3000, null));
        controller.send(win("b3", 3000, null));

        assertThat(controller.spend()).hasSize(1)
                .allSatisfy((_, day) -> assertThat(day.getSpendNanos()).isEqualTo(2_200_000));
        assertThat(total(controller).getSpendNanos()).isEqualTo(2_200_000);
        assertThat(controller.count(ControllerCounter.PRICE_MISSING)).isEqualTo(2);
        assertThat(controller.count(ControllerCounter.PRICE_RECOVERED)).isEqualTo(1);
    }

    @Test
    void shouldNeitherSpendNorTrainWhenTheNoticeCannotBeBelieved() {
        controller.send(bill("b1", 1000, BID_CPM_MICROS + 1));
        controller.send(bill("b2", 1000, -1L));
        controller.send(Topics.BILLS, "another-key", bill("b3", 1000, 1L));
        controller.send(ImpressionEvent.newBuilder().setTimeMs(START_MS).build());
        controller.sendBytes(Topics.IMPRESSIONS, "b4", "not protobuf".getBytes(StandardCharsets.UTF_8));
        controller.send(BillEvent.newBuilder().setBid(bid("b5").setBidTimeMs(WALL.toEpochMilli() + 3_600_000))
                .setPriceCpmMicros(1).setTimeMs(START_MS).build());
        timePasses(30_000);

        assertThat(controller.examples()).isEmpty();
        assertThat(controller.spend()).isEmpty();
        assertThat(controller.count(ControllerCounter.NOTICE_PRICE_ABOVE_BID)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.NOTICE_PRICE_INVALID)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.NOTICE_WITHOUT_BID)).isEqualTo(2);
        assertThat(controller.count(ControllerCounter.NOTICE_AHEAD)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.UNREADABLE)).isEqualTo(1);
    }

    @Test
    void shouldForgetTheBidAfterRetentionAndRefuseWhatComesLater() {
        controller.send(bill("b1", 0, 1_000_000L));
        controller.send(click("b1", 5000));
        timePasses(299_000);
        controller.send(win("b1", 299_500, 900_000L));
        timePasses(361_000);

        // only the two bids that moved the time are left, each to be forgotten once
        assertThat(controller.stored(AttributionProcessor.LEDGERS)).isEqualTo(2);
        assertThat(controller.stored(AttributionProcessor.DEADLINES)).isEqualTo(2);
        // the repeat must not be taken for the first
        controller.send(bill("b1", 400, 1_000_000L));
        controller.send(bill("b1", 361_500, 1_000_000L));

        assertThat(controller.count(ControllerCounter.NOTICE_EXPIRED)).isEqualTo(2);
        assertThat(controller.spend()).hasSize(1)
                .allSatisfy((_, day) -> assertThat(day.getSpendNanos()).isEqualTo(1_000_000));
        assertThat(total(controller).getWins()).isEqualTo(1);
    }

    @Test
    void shouldSendTheLabelByTheWallClockWhenNoRecordsCome() {
        won("b1", 0);
        for (int i = 0; i < 9; i++) {
            controller.advanceWallClock(Duration.ofSeconds(1));
        }
        assertThat(controller.examples()).isEmpty();
        controller.advanceWallClock(Duration.ofSeconds(1));

        assertThat(controller.examples()).extracting(Example::getClick).containsExactly(false);
    }

    @Test
    void shouldNotTrainOnAnImpressionUntilItsWinIsTold() {
        controller.send(impression("b1", 0));
        controller.send(impression("b2", 0));
        controller.send(click("b2", 1000));
        timePasses(12_000);
        assertThat(controller.examples()).isEmpty();

        // one win comes late, the other never
        controller.send(win("b2", 13_000, 1_000_000L));
        assertThat(controller.examples()).singleElement()
                .satisfies(example -> assertThat(example.getBidId()).isEqualTo("b2"))
                .satisfies(example -> assertThat(example.getClick()).isTrue());
        controller.send(click("b1", 14_000));
        timePasses(361_000);

        assertThat(controller.examples()).isEmpty();
        assertThat(controller.count(ControllerCounter.IMPRESSION_WITHOUT_WIN)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.EXAMPLE)).isEqualTo(1);
    }

    @Test
    void shouldTakeThePixelForTheWinWhenItIsWhatCostsMoney() {
        controller.send(ImpressionEvent.newBuilder().setBid(bid("b1").setSpendsOn(SpendsOn.SPENDS_ON_IMPRESSION))
                .setPriceCpmMicros(5).setTimeMs(START_MS).build());
        timePasses(12_000);

        assertThat(controller.examples()).hasSize(1);
    }

    @Test
    void shouldNeverTrainOnABidWhenOneOfItsNoticesToldAPriceAboveIt() {
        won("b1", 0);
        controller.send(bill("b1", 1000, BID_CPM_MICROS + 1));
        // the notice that lies may come first
        controller.send(bill("b2", 0, BID_CPM_MICROS + 1));
        controller.send(bill("b2", 1000, BID_CPM_MICROS));
        // or after the label, which no click changes then
        won("b3", 0);
        timePasses(12_000);
        controller.send(bill("b3", 12_000, BID_CPM_MICROS + 1));
        controller.send(click("b3", 13_000));

        assertThat(controller.examples()).singleElement()
                .satisfies(example -> assertThat(example.getBidId()).isEqualTo("b3"));
        assertThat(controller.count(ControllerCounter.NOTICE_PRICE_ABOVE_BID)).isEqualTo(3);
        assertThat(controller.count(ControllerCounter.IMPRESSION_DISBELIEVED)).isEqualTo(2);
        assertThat(controller.count(ControllerCounter.EXAMPLE_CORRECTION)).isZero();
        assertThat(total(controller).getSpendNanos()).isEqualTo(BID_CPM_MICROS);
    }

    @Test
    void shouldSpendAndNotTrainWhenTheBidTellsNoFeatures() {
        BidFacts bid = bid("b1").clearFeature().build();
        controller.send(BillEvent.newBuilder().setBid(bid).setPriceCpmMicros(5).setTimeMs(START_MS).build());
        timePasses(20_000);
        controller.send(ClickEvent.newBuilder().setBid(bid).setTimeMs(START_MS + 20_000).build());

        assertThat(controller.examples()).isEmpty();
        assertThat(controller.count(ControllerCounter.EXAMPLE_WITHOUT_FEATURES)).isEqualTo(1);
        assertThat(total(controller).getSpendNanos()).isEqualTo(5);
    }

    @Test
    void shouldAddUpEachMinuteOfEachArmWhenEventsComeFromBothSides() {
        controller.send(new ArmSecondBuilder().at(START_MS).counts(10, 12, 7).cell("adx/banner", 0.2, 0.4)
                .modifiers(1, 1.5).epoch(1, 3).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 59_000).counts(1, 1, 1).epoch(1, 4).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 60_000).counts(5, 5, 5).build());
        controller.send(new ArmSecondBuilder().arm("control").at(START_MS).counts(4, 4, 4).build());
        IntStream.range(0, 5).forEach(i -> controller.send(win("b" + i, i * 1000L, 1_000_000L)));
        IntStream.range(0, 4).forEach(i -> controller.send(bill("b" + i, i * 1000L, 1_000_000L)));
        controller.send(click("b2", 9000));

        Map<String, ArmMinute> minutes = controller.minutes();

        assertThat(minutes).containsOnlyKeys("uncertainty/" + START_MS, "uncertainty/" + (START_MS + 60_000),
                "control/" + START_MS);
        ArmMinute minute = Objects.requireNonNull(minutes.get("uncertainty/" + START_MS));
        assertThat(minute.getArm()).isEqualTo("uncertainty");
        assertThat(minute.getMinuteMs()).isEqualTo(START_MS);
        assertThat(minute.getRequests()).isEqualTo(11);
        assertThat(minute.getImpressionsOffered()).isEqualTo(13);
        assertThat(minute.getBids()).isEqualTo(8);
        assertThat(minute.getWins()).isEqualTo(5);
        assertThat(minute.getImpressions()).isEqualTo(4);
        assertThat(minute.getClicks()).isEqualTo(1);
        assertThat(minute.getSpendNanos()).isEqualTo(4_000_000);
        assertThat(minute.getUncertaintySum()).isEqualTo(0.6);
        assertThat(minute.getUncertaintyCount()).isEqualTo(2);
        assertThat(minute.getModifierSum()).isEqualTo(2.5);
        assertThat(minute.getModifierCount()).isEqualTo(2);
        assertThat(minute.getModelVersion()).isEqualTo(4);
        assertThat(minutes).extractingByKey("uncertainty/" + (START_MS + 60_000)).returns(5L, ArmMinute::getRequests);
        assertThat(minutes).extractingByKey("control/" + START_MS).returns(4L, ArmMinute::getRequests);
    }

    /* Moves event time with a win that is of no interest otherwise: its own arm, and no price. */
    private void timePasses(long afterStartMs) {
        BidFacts.Builder other = bid("clock-" + afterStartMs).setArm("clock").setBidTimeMs(START_MS + afterStartMs);
        controller.send(WinEvent.newBuilder().setBid(other).setTimeMs(START_MS + afterStartMs).build());
    }

    /* A bid whose win was told when its impression came. */
    private void won(String bidId, long afterStartMs) {
        controller.send(win(bidId, afterStartMs, null));
        controller.send(impression(bidId, afterStartMs));
    }

    private static ArmMinute total(ControllerDriver controller) {
        return controller.minutes().values().stream().filter(minute -> minute.getArm().equals("uncertainty"))
                .reduce(ArmMinute.getDefaultInstance(), MetricsTopology::add);
    }

    private static BidFacts.Builder bid(String bidId) {
        return BidFacts.newBuilder().setBidId(bidId).setRequestId("r").setImpId("1").setArm("uncertainty")
                .setExchange("adx").setFormat("banner").setCampaignId("shoes").setCreativeId("c1")
                .addAllFeature(List.of(3, 1, 4, 1, 5)).setSchemaFingerprint(0xfeedL).setModelVersion(7)
                .setSnapshotVersion(9).setBaseCpmMicros(2_000_000).setBidCpmMicros(BID_CPM_MICROS).setModifier(1.25f)
                .setUncertainty(0.02f).setPctr(0.03f).setBidTimeMs(START_MS).setSpendsOn(SpendsOn.SPENDS_ON_BILL);
    }

    private static WinEvent win(String bidId, long afterStartMs, @Nullable Long price) {
        WinEvent.Builder win = WinEvent.newBuilder().setBid(bid(bidId)).setTimeMs(START_MS + afterStartMs);
        return price == null ? win.build() : win.setPriceCpmMicros(price).build();
    }

    private static BillEvent bill(String bidId, long afterStartMs, @Nullable Long price) {
        BillEvent.Builder bill = BillEvent.newBuilder().setBid(bid(bidId)).setTimeMs(START_MS + afterStartMs);
        return price == null ? bill.build() : bill.setPriceCpmMicros(price).build();
    }

    private static ImpressionEvent impression(String bidId, long afterStartMs) {
        return ImpressionEvent.newBuilder().setBid(bid(bidId)).setTimeMs(START_MS + afterStartMs).build();
    }

    private static ClickEvent click(String bidId, long afterStartMs) {
        return ClickEvent.newBuilder().setBid(bid(bidId)).setTimeMs(START_MS + afterStartMs).build();
    }
}
