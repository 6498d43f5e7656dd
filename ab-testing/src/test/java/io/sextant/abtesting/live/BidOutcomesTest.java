package io.sextant.abtesting.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.sextant.abtesting.live.AbReportConfig.AttributionConfig;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.WinEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BidOutcomesTest {
    private static final long FROM = 1_000_000;
    private static final TimeSpan SPAN = new TimeSpan(null, FROM, 2 * FROM);
    private static final AttributionConfig ATTRIBUTION = new AttributionConfig(Duration.ofSeconds(60),
            Duration.ofSeconds(300));

    private final ArmUnits units = new ArmUnits(2);
    private final BidOutcomes bids = new BidOutcomes(List.of("control", "random"), SPAN, ATTRIBUTION, units);

    private static BidFacts bid(String id, String arm, SpendsOn spendsOn) {
        return BidFacts.newBuilder().setBidId(id).setArm(arm).setSpendsOn(spendsOn).setBidCpmMicros(5_000_000)
                .setBidTimeMs(FROM + 10).setUnitKind(UnitKind.UNIT_BUYER).setUnitHash(7).build();
    }

    private static BillEvent bill(BidFacts bid, long price, long afterMs) {
        return BillEvent.newBuilder().setBid(bid).setPriceCpmMicros(price).setTimeMs(bid.getBidTimeMs() + afterMs)
                .build();
    }

    private static ClickEvent click(BidFacts bid, long afterMs) {
        return ClickEvent.newBuilder().setBid(bid).setTimeMs(bid.getBidTimeMs() + afterMs).build();
    }

    private void accept(Message message) {
        switch (message) {
            case WinEvent win -> bids.accept(win.getBid().getBidId(), win);
            case BillEvent bill -> bids.accept(bill.getBid().getBidId(), bill);
            case ImpressionEvent pixel -> bids.accept(pixel.getBid().getBidId(), pixel);
            case ClickEvent click -> bids.accept(click.getBid().getBidId(), click);
            default -> throw new IllegalArgumentException(message.toString());
        }
    }

    /** Clicks, impressions and spend of the one unit of an arm. */
    private List<Double> sums(int arm) {
        bids.close();
        double[][] columns = units.columns(arm, EnumSet.allOf(UnitKind.class));
        return Arrays.stream(columns).limit(ArmUnits.PAST).map(column -> Arrays.stream(column).sum()).toList();
    }

    @Test
    void shouldComeToTheSameSumsInWhateverOrderNoticesCome() {
        BidFacts billed = bid("a", "control", SpendsOn.SPENDS_ON_BILL);
        BidFacts won = bid("b", "control", SpendsOn.SPENDS_ON_WIN);
        BidFacts shown = bid("c", "control", SpendsOn.SPENDS_ON_IMPRESSION);
        List<Message> notices = new ArrayList<>(List.of(
                WinEvent.newBuilder().setBid(billed).setPriceCpmMicros(1_000_000).setTimeMs(FROM + 20).build(),
                BillEvent.newBuilder().setBid(billed).setTimeMs(FROM + 30).build(), click(billed, 60_000),
                WinEvent.newBuilder().setBid(won).setPriceCpmMicros(2_000_000).setTimeMs(FROM + 20).build(),
                bill(won, 3_000_000, 50), click(won, 60_051),
                ImpressionEvent.newBuilder().setBid(shown).setPriceCpmMicros(4_000_000).setTimeMs(FROM + 40).build(),
                WinEvent.newBuilder().setBid(shown).setPriceCpmMicros(1_000_000).setTimeMs(FROM + 20).build()));
        notices.addAll(List.copyOf(notices));
        for (int seed = 0; seed < 50; seed++) {
            Collections.shuffle(notices, new Random(seed));
            var shuffled = new BidOutcomesTest();
            notices.forEach(shuffled::accept);

            // b's click came one millisecond too late after its bill
            assertThat(shuffled.sums(0)).containsExactly(1.0, 3.0, 0.007);
            assertThat(shuffled.bids.counters()).isEqualTo(Map.of(NoticeCounter.COUNTED, 8L, NoticeCounter.DUPLICATE,
                    8L, NoticeCounter.CLICK_NOT_COUNTED, 1L));
        }
    }

    @Test
    void shouldCountNothingOfNoticesThatCannotBeBelieved() {
        BidFacts bid = bid("a", "random", SpendsOn.SPENDS_ON_BILL);
        bids.accept("a", bill(bid, 5_000_001, 20));
        bids.accept("a", bill(bid, -1, 20));
        bids.accept("b", bill(bid, 1, 20));
        bids.accept(null, bill(bid, 1, 20));
        bids.accept("a", bill(bid, 1, 300_000));
        bids.accept("a", click(bid, 360_000));
        bids.accept("z", bill(bid("z", "nobody", SpendsOn.SPENDS_ON_BILL), 1, 20));
        BidFacts old = bid.toBuilder().setBidTimeMs(FROM - 1).build();
        bids.accept("a", bill(old, 1, 20));
        bids.accept("a", click(bid, 359_999));

        assertThat(sums(1)).containsExactly(0.0, 0.0, 0.0);
        assertThat(bids.counters()).isEqualTo(Map.of(NoticeCounter.PRICE_ABOVE_BID, 1L, NoticeCounter.PRICE_INVALID, 1L,
                NoticeCounter.WITHOUT_BID, 2L, NoticeCounter.EXPIRED, 2L, NoticeCounter.UNKNOWN_ARM, 1L,
                NoticeCounter.OUTSIDE, 1L, NoticeCounter.COUNTED, 1L, NoticeCounter.CLICK_NOT_COUNTED, 1L));
    }

    @Test
    void shouldSayWhereAPriceIsMissing() {
        BidFacts bid = bid("a", "control", SpendsOn.SPENDS_ON_BILL);
        bids.accept("a", BillEvent.newBuilder().setBid(bid).setTimeMs(FROM + 20).build());

        assertThat(sums(0)).containsExactly(0.0, 1.0, 0.0);
        assertThat(bids.counters()).containsEntry(NoticeCounter.PRICE_MISSING, 1L);
    }

    @Test
    void shouldKeepPeriodsApartAndKnowUnitsOfTwoArms() {
        units.add(0, TimeSpan.Period.BEFORE, UnitKind.UNIT_BUYER, 1, 1, 2, 3_000_000_000L);
        units.add(0, TimeSpan.Period.NOW, UnitKind.UNIT_BUYER, 1, 4, 5, 6_000_000_000L);
        units.add(1, TimeSpan.Period.NOW, UnitKind.UNIT_USER, 1, 0, 1, 0);

        assertThat(units.columns(0, EnumSet.allOf(UnitKind.class)))
                .isDeepEqualTo(new double[][]{{4}, {5}, {6}, {1}, {2}, {3}});
        assertThat(units.inSeveralArms()).isEqualTo(1);
        assertThat(units.kinds()).containsExactly(UnitKind.UNIT_BUYER, UnitKind.UNIT_USER);
        assertThat(new TimeSpan(5L, 10, 20)).returns(TimeSpan.Period.OUTSIDE, span -> span.periodOf(4))
                .returns(TimeSpan.Period.BEFORE, span -> span.periodOf(5))
                .returns(TimeSpan.Period.NOW, span -> span.periodOf(10))
                .returns(TimeSpan.Period.OUTSIDE, span -> span.periodOf(20));
    }
}
