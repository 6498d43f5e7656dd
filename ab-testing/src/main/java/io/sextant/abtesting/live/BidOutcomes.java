package io.sextant.abtesting.live;

import io.sextant.abtesting.live.AbReportConfig.AttributionConfig;
import io.sextant.abtesting.live.TimeSpan.Period;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.WinEvent;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of every bid, from its notices in any order, each kind counted once. Holds the bids of one partition of the
 * notices' topics at a time, some 200 bytes each. Assumes one thread.
 */
/*
 * The same rules as the controller's attribution: a notice above the bid, without a bid or too long after it counts for
 * nothing; the price is that of the notice that costs money, else the win notice's, never the bid; an impression is the
 * first of pixel and bill; a click counts with an impression, up to the late window after it.
 */
final class BidOutcomes {
    private static final long NONE = Long.MIN_VALUE;

    private final List<String> arms;
    private final TimeSpan span;
    private final AttributionConfig attribution;
    private final ArmUnits units;
    private final Map<NoticeCounter, Long> counters = new EnumMap<>(NoticeCounter.class);
    private final Map<String, Outcome> bids = new HashMap<>();

    BidOutcomes(List<String> arms, TimeSpan span, AttributionConfig attribution, ArmUnits units) {
        this.arms = List.copyOf(arms);
        this.span = span;
        this.attribution = attribution;
        this.units = units;
    }

    /** One bid; times and prices are {@link #NONE} where nothing was told. */
    private static final class Outcome {
        private final int arm;
        private final Period period;
        private final UnitKind kind;
        private final long unit;
        private final SpendsOn spendsOn;
        private boolean won;
        private boolean billed;
        private boolean pixel;
        private boolean payable;
        private long price = NONE;
        private long winPrice = NONE;
        private long impressionMs = NONE;
        private long clickMs = NONE;

        private Outcome(int arm, Period period, BidFacts bid) {
            this.arm = arm;
            this.period = period;
            this.kind = bid.getUnitKind();
            this.unit = bid.getUnitHash();
            this.spendsOn = bid.getSpendsOn();
        }

        private void shown(long timeMs) {
            impressionMs = impressionMs == NONE ? timeMs : Math.min(impressionMs, timeMs);
        }

        private void charge(SpendsOn notice, @Nullable Long priceCpmMicros) {
            if (spendsOn == notice) {
                payable = true;
                price = priceCpmMicros == null ? NONE : priceCpmMicros;
            }
        }
    }

    /** Takes a win notice. */
    void accept(@Nullable String key, WinEvent event) {
        Long price = event.hasPriceCpmMicros() ? event.getPriceCpmMicros() : null;
        Outcome bid = outcome(key, event.getBid(), price, event.getTimeMs(), 0);
        if (bid != null && first(bid.won)) {
            bid.won = true;
            bid.winPrice = price == null ? NONE : price;
            bid.charge(SpendsOn.SPENDS_ON_WIN, price);
        }
    }

    /** Takes a billing notice. */
    void accept(@Nullable String key, BillEvent event) {
        Long price = event.hasPriceCpmMicros() ? event.getPriceCpmMicros() : null;
        Outcome bid = outcome(key, event.getBid(), price, event.getTimeMs(), 0);
        if (bid != null && first(bid.billed)) {
            bid.billed = true;
            bid.shown(event.getTimeMs());
            bid.charge(SpendsOn.SPENDS_ON_BILL, price);
        }
    }

    /** Takes a pixel. */
    void accept(@Nullable String key, ImpressionEvent event) {
        Long price = event.hasPriceCpmMicros() ? event.getPriceCpmMicros() : null;
        Outcome bid = outcome(key, event.getBid(), price, event.getTimeMs(), 0);
        if (bid != null && first(bid.pixel)) {
            bid.pixel = true;
            bid.shown(event.getTimeMs());
            bid.charge(SpendsOn.SPENDS_ON_IMPRESSION, price);
        }
    }

    /** Takes a click. */
    void accept(@Nullable String key, ClickEvent event) {
        Outcome bid = outcome(key, event.getBid(), null, event.getTimeMs(), attribution.lateWindow().toMillis());
        if (bid != null && first(bid.clickMs != NONE)) {
            bid.clickMs = event.getTimeMs();
        }
    }

    /** Counts a message that cannot be read. */
    void unreadable() {
        count(NoticeCounter.UNREADABLE);
    }

    private boolean first(boolean seen) {
        count(seen ? NoticeCounter.DUPLICATE : NoticeCounter.COUNTED);
        return !seen;
    }

    private @Nullable Outcome outcome(@Nullable String key, BidFacts bid, @Nullable Long priceCpmMicros, long timeMs,
            long laterMs) {
        Period period = span.periodOf(bid.getBidTimeMs());
        int arm = arms.indexOf(bid.getArm());
        NoticeCounter refusal = refusal(key, bid, priceCpmMicros, timeMs, laterMs);
        if (refusal == null && period == Period.OUTSIDE) {
            refusal = NoticeCounter.OUTSIDE;
        }
        if (refusal == null && arm < 0) {
            refusal = NoticeCounter.UNKNOWN_ARM;
        }
        if (refusal != null) {
            count(refusal);
            return null;
        }
        return bids.computeIfAbsent(bid.getBidId(), _ -> new Outcome(arm, period, bid));
    }

    private @Nullable NoticeCounter refusal(@Nullable String key, BidFacts bid, @Nullable Long priceCpmMicros,
            long timeMs, long laterMs) {
        if (key == null || key.isEmpty() || !key.equals(bid.getBidId()) || bid.getArm().isEmpty()
                || bid.getBidTimeMs() <= 0 || timeMs <= 0) {
            return NoticeCounter.WITHOUT_BID;
        }
        if (priceCpmMicros != null && priceCpmMicros < 0) {
            return NoticeCounter.PRICE_INVALID;
        }
        if (priceCpmMicros != null && priceCpmMicros > bid.getBidCpmMicros()) {
            return NoticeCounter.PRICE_ABOVE_BID;
        }
        return timeMs - bid.getBidTimeMs() >= attribution.retention().toMillis() + laterMs ? NoticeCounter.EXPIRED
                : null;
    }

    /** Adds all bids to their units and forgets them: no notice of them is to come any more. */
    void close() {
        for (Outcome bid : bids.values()) {
            units.add(bid.arm, bid.period, bid.kind, bid.unit, clicks(bid), bid.impressionMs == NONE ? 0 : 1,
                    spendNanos(bid));
        }
        bids.clear();
    }

    private int clicks(Outcome bid) {
        if (bid.clickMs == NONE) {
            return 0;
        }
        boolean counts = bid.impressionMs != NONE
                && bid.clickMs - bid.impressionMs <= attribution.lateWindow().toMillis();
        if (!counts) {
            count(NoticeCounter.CLICK_NOT_COUNTED);
        }
        return counts ? 1 : 0;
    }

    /** A price in micros per thousand impressions is the price of one impression in nanos. */
    private long spendNanos(Outcome bid) {
        if (!bid.payable) {
            return 0;
        }
        long price = bid.price == NONE ? bid.winPrice : bid.price;
        if (price == NONE) {
            count(NoticeCounter.PRICE_MISSING);
            return 0;
        }
        return price;
    }

    private void count(NoticeCounter counter) {
        counters.merge(counter, 1L, Long::sum);
    }

    /** How many messages met which fate; those that none met are left out. */
    Map<NoticeCounter, Long> counters() {
        return new EnumMap<>(counters);
    }
}
