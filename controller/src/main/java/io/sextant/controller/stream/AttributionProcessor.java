package io.sextant.controller.stream;

import static io.sextant.controller.ControllerCounter.BILL_DUPLICATE;
import static io.sextant.controller.ControllerCounter.CLICK_DUPLICATE;
import static io.sextant.controller.ControllerCounter.CLICK_TOO_LATE;
import static io.sextant.controller.ControllerCounter.CLICK_WITHOUT_IMPRESSION;
import static io.sextant.controller.ControllerCounter.EXAMPLE;
import static io.sextant.controller.ControllerCounter.EXAMPLE_CORRECTION;
import static io.sextant.controller.ControllerCounter.EXAMPLE_WITHOUT_FEATURES;
import static io.sextant.controller.ControllerCounter.IMPRESSION_DISBELIEVED;
import static io.sextant.controller.ControllerCounter.IMPRESSION_DUPLICATE;
import static io.sextant.controller.ControllerCounter.IMPRESSION_WITHOUT_WIN;
import static io.sextant.controller.ControllerCounter.LABEL_EARLY;
import static io.sextant.controller.ControllerCounter.NOTICE_AHEAD;
import static io.sextant.controller.ControllerCounter.NOTICE_EXPIRED;
import static io.sextant.controller.ControllerCounter.NOTICE_PRICE_ABOVE_BID;
import static io.sextant.controller.ControllerCounter.NOTICE_PRICE_INVALID;
import static io.sextant.controller.ControllerCounter.NOTICE_WITHOUT_BID;
import static io.sextant.controller.ControllerCounter.PRICE_MISSING;
import static io.sextant.controller.ControllerCounter.PRICE_RECOVERED;
import static io.sextant.controller.ControllerCounter.WIN_DUPLICATE;

import com.google.protobuf.Message;
import io.sextant.controller.AttributionConfig;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.state.BidLedger;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.FeedbackHistory;
import io.sextant.controller.state.Label;
import io.sextant.controller.state.NoticeClock;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.SpendsOn;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Turns the notices of a bid into money, labelled impressions and increments of metrics, each exactly once.
 *
 * <p>
 * Forwards {@code Example} (key arm), {@code ArmMinute} increments (key arm), {@code Settlement}s of charges and clicks (key
 * campaign/arm) and {@code Charge}s (key arm); a record's timestamp is the event time that it counts for. Once a second it
 * forwards a {@code Settlement} that says up to what time all notices have been told, for the ledger's partition of the same
 * number.
 */
final class AttributionProcessor implements Processor<String, Notice, String, Message> {
    /*
     * A ledger is kept for every bid id that any notice came for, until retention plus late window after the bid. A
     * notice that comes later than retention after the bid (by the partition's clock, which never goes back) is refused,
     * so that a ledger is never deleted before its last duplicate.
     *
     * The label of an impression waits in the ledger until its window has passed, whether a click came or not: labels
     * leave in the order of their deadlines, and the trainer does not see the clicks of a minute before its non-clicks.
     * Where a campaign's clicks come steadily the wait is shorter, and more of them correct a label that has been sent.
     * How steadily is judged for every campaign in every arm by itself, so that arms stay apart.
     *
     * An impression becomes an example only once a notice says that it was bought. Notices come in any order: one whose
     * win is told after its label was due leaves then.
     *
     * What is due stands in a second store, ordered by time: (deadline, bid id, what). Nothing is ever entered at or
     * before the time up to which deadlines were kept, so one range scan from there finds all.
     */
    static final String LEDGERS = "bid-ledgers";
    static final String DEADLINES = "bid-deadlines";
    static final String CLOCK = "notice-clock";
    static final String FEEDBACK = "campaign-feedback";

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration FORGET_FEEDBACK = Duration.ofHours(1);
    private static final String CLOCK_KEY = "clock";

    private final AttributionConfig config;
    private final ControllerMetrics metrics;
    private final FeedbackVariance variance;
    private final IdleClock idle = new IdleClock(TICK, TICK);

    private ProcessorContext<String, Message> context;
    private KeyValueStore<String, BidLedger> ledgers;
    private KeyValueStore<Bytes, byte[]> deadlines;
    private KeyValueStore<String, NoticeClock> clocks;
    private KeyValueStore<String, FeedbackHistory> feedback;
    private NoticeClock.Builder clock = NoticeClock.newBuilder();
    /* Of the notices since the last tick; 0 if none came. */
    private long newestNoticeMs;

    @SuppressWarnings("NullAway.Init")
    AttributionProcessor(AttributionConfig config, ControllerMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        this.variance = new FeedbackVariance(config.waiting());
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        this.context = context;
        ledgers = context.getStateStore(LEDGERS);
        deadlines = context.getStateStore(DEADLINES);
        clocks = context.getStateStore(CLOCK);
        feedback = context.getStateStore(FEEDBACK);
        NoticeClock stored = clocks.get(CLOCK_KEY);
        clock = stored == null ? NoticeClock.newBuilder() : stored.toBuilder();
        idle.reset(clock.getTimeMs(), context.currentSystemTimeMs());
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<String, Notice> record) {
        Notice notice = record.value();
        long wallMs = context.currentSystemTimeMs();
        newestNoticeMs = Math.max(newestNoticeMs, notice.timeMs());
        ControllerCounter refusal = refusal(record.key(), notice, wallMs);
        if (refusal != null) {
            metrics.count(refusal);
            if (refusal != NOTICE_PRICE_ABOVE_BID) {
                return;
            }
        }
        long timeMs = Math.min(notice.timeMs(), wallMs + config.maxAhead().toMillis());
        advance(timeMs);
        idle.reset(clock.getTimeMs(), wallMs);
        if (refusal != null) {
            disbelieve(notice.bid());
        } else if (expired(notice)) {
            metrics.count(NOTICE_EXPIRED);
        } else {
            apply(record.key(), notice, timeMs);
        }
    }

    /* The notice itself counts for nothing, and nothing is learned from its bid any more. */
    private void disbelieve(BidFacts bid) {
        BidLedger stored = ledgers.get(bid.getBidId());
        if (stored == null && forgetMs(bid) <= clock.getTimeMs()) {
            return;
        }
        BidLedger.Builder ledger = stored == null ? opened(bid) : stored.toBuilder();
        ledgers.put(bid.getBidId(), ledger.setDisbelieved(true).build());
    }

    private BidLedger.Builder opened(BidFacts bid) {
        schedule(forgetMs(bid), bid.getBidId(), Deadline.FORGET);
        return BidLedger.newBuilder();
    }

    private long forgetMs(BidFacts bid) {
        return bid.getBidTimeMs() + config.retention().toMillis() + config.lateWindow().toMillis();
    }

    private @Nullable ControllerCounter refusal(@Nullable String key, Notice notice, long wallMs) {
        BidFacts bid = notice.bid();
        if (key == null || key.isEmpty() || !key.equals(bid.getBidId()) || bid.getArm().isEmpty()
                || bid.getBidTimeMs() <= 0 || notice.timeMs() <= 0) {
            return NOTICE_WITHOUT_BID;
        }
        if (notice.priceCpmMicros() != null && notice.priceCpmMicros() < 0) {
            return NOTICE_PRICE_INVALID;
        }
        if (notice.priceCpmMicros() != null && notice.priceCpmMicros() > bid.getBidCpmMicros()) {
            return NOTICE_PRICE_ABOVE_BID;
        }
        return bid.getBidTimeMs() > wallMs + config.maxAhead().toMillis() ? NOTICE_AHEAD : null;
    }

    private boolean expired(Notice notice) {
        long acceptMs = config.retention().toMillis()
                + (notice.kind() == Notice.Kind.CLICK ? config.lateWindow().toMillis() : 0);
        return notice.bid().getBidTimeMs() + acceptMs <= clock.getTimeMs();
    }

    private void apply(String bidId, Notice notice, long timeMs) {
        BidLedger stored = ledgers.get(bidId);
        if (stored != null && known(stored, notice.kind())) {
            return;
        }
        BidLedger.Builder ledger = stored == null ? opened(notice.bid()) : stored.toBuilder();
        switch (notice.kind()) {
            case WIN -> {
                bought(ledger, bidId);
                win(ledger, notice, timeMs);
            }
            case BILL -> {
                ledger.setBilled(true);
                bought(ledger, bidId);
                charge(SpendsOn.SPENDS_ON_BILL, ledger, notice, timeMs);
                impression(ledger, notice.bid(), timeMs);
            }
            case IMPRESSION -> {
                ledger.setPixel(true);
                if (notice.bid().getSpendsOn() == SpendsOn.SPENDS_ON_IMPRESSION) {
                    bought(ledger, bidId);
                }
                charge(SpendsOn.SPENDS_ON_IMPRESSION, ledger, notice, timeMs);
                impression(ledger, notice.bid(), timeMs);
            }
            case CLICK -> {
                ledger.setClickMs(timeMs);
                attribute(ledger, notice.bid());
            }
        }
        ledgers.put(bidId, ledger.build());
    }

    private boolean known(BidLedger ledger, Notice.Kind kind) {
        return switch (kind) {
            case WIN -> duplicate(ledger.getWon(), WIN_DUPLICATE);
            case BILL -> duplicate(ledger.getBilled(), BILL_DUPLICATE);
            case IMPRESSION -> duplicate(ledger.getPixel(), IMPRESSION_DUPLICATE);
            case CLICK -> duplicate(ledger.hasClickMs(), CLICK_DUPLICATE);
        };
    }

    private boolean duplicate(boolean seen, ControllerCounter counter) {
        if (seen) {
            metrics.count(counter);
        }
        return seen;
    }

    private void bought(BidLedger.Builder ledger, String bidId) {
        ledger.setBought(true);
        if (ledger.getLabelDue()) {
            ledger.setLabelDue(false);
            label(ledger, bidId, clock.getTimeMs());
        }
    }

    private void win(BidLedger.Builder ledger, Notice notice, long timeMs) {
        ledger.setWon(true);
        minute(notice.bid().getArm(), timeMs, ArmMinute.newBuilder().setWins(1));
        if (notice.priceCpmMicros() != null) {
            ledger.setWinPriceCpmMicros(notice.priceCpmMicros());
            if (ledger.getChargeDue()) {
                metrics.count(PRICE_RECOVERED);
                spend(ledger, notice.bid(), notice.priceCpmMicros(), ledger.getChargeTimeMs());
            }
        }
        charge(SpendsOn.SPENDS_ON_WIN, ledger, notice, timeMs);
    }

    /* The price of the notice that costs money, else of the win notice, before or after; never the bid. */
    private void charge(SpendsOn kind, BidLedger.Builder ledger, Notice notice, long timeMs) {
        if (notice.bid().getSpendsOn() != kind) {
            return;
        }
        if (notice.priceCpmMicros() != null) {
            spend(ledger, notice.bid(), notice.priceCpmMicros(), timeMs);
        } else if (ledger.hasWinPriceCpmMicros()) {
            spend(ledger, notice.bid(), ledger.getWinPriceCpmMicros(), timeMs);
        } else {
            metrics.count(PRICE_MISSING);
            ledger.setChargeDue(true).setChargeTimeMs(timeMs);
        }
    }

    private void spend(BidLedger.Builder ledger, BidFacts bid, long priceCpmMicros, long timeMs) {
        ledger.setCharged(true).setChargeDue(false);
        // A price in micros per thousand impressions is the price of one impression in nanos.
        minute(bid.getArm(), timeMs, ArmMinute.newBuilder().setSpendNanos(priceCpmMicros));
        settle(bid, Settlement.newBuilder().setSpendNanos(priceCpmMicros).setImpressions(1), timeMs);
        Charge.Builder charge = Charge.newBuilder().setArm(bid.getArm()).setBidTimeMs(bid.getBidTimeMs())
                .setSpendNanos(priceCpmMicros)
                .setPremiumNanos(Math.max(0, priceCpmMicros - Math.max(0, bid.getBaseCpmMicros())));
        if (bid.getExplorationGain() >= 0 && bid.getExplorationGain() <= 1 && bid.hasExplorationGain()) {
            charge.setGain(bid.getExplorationGain());
        }
        context.forward(new Record<>(bid.getArm(), charge.build(), timeMs));
    }

    private void settle(BidFacts bid, Settlement.Builder settlement, long timeMs) {
        context.forward(new Record<>(accountKey(bid), settlement.setCampaignId(bid.getCampaignId()).setArm(bid.getArm())
                .setLeaseId(bid.getLeaseId()).setBudgetDay(bid.getBudgetDay()).setBidTimeMs(bid.getBidTimeMs()).build(),
                timeMs));
    }

    private void impression(BidLedger.Builder ledger, BidFacts bid, long timeMs) {
        if (ledger.hasImpressionMs()) {
            return;
        }
        ledger.setImpressionMs(timeMs);
        minute(bid.getArm(), timeMs, ArmMinute.newBuilder().setImpressions(1));
        if (bid.getFeatureCount() == 0) {
            metrics.count(EXAMPLE_WITHOUT_FEATURES);
        }
        ledger.setExample(Example.newBuilder().setBidId(bid.getBidId()).setArm(bid.getArm())
                .addAllFeature(bid.getFeatureList()).setSchemaFingerprint(bid.getSchemaFingerprint()).setWeight(1)
                .setPctr(bid.getPctr()).setModifier(bid.getModifier()).setModelVersion(bid.getModelVersion())
                .setImpressionTimeMs(timeMs).setExchange(bid.getExchange()).setCampaignId(bid.getCampaignId())
                .setFormat(bid.getFormat()));
        FeedbackHistory.Builder history = history(bid);
        variance.impression(history, clock.getTimeMs());
        feedback.put(accountKey(bid), history.build());
        schedule(timeMs + waitMs(history), bid.getBidId(), Deadline.LABEL);
        attribute(ledger, bid);
    }

    private long waitMs(FeedbackHistory.Builder history) {
        long windowMs = config.window().toMillis();
        long steadyMs = config.waiting().steady().toMillis();
        if (steadyMs >= windowMs || !variance.steady(history)) {
            return windowMs;
        }
        metrics.count(LABEL_EARLY);
        return steadyMs;
    }

    private FeedbackHistory.Builder history(BidFacts bid) {
        FeedbackHistory stored = feedback.get(accountKey(bid));
        return stored == null ? FeedbackHistory.newBuilder() : stored.toBuilder();
    }

    private static String accountKey(BidFacts bid) {
        return bid.getCampaignId() + "/" + bid.getArm();
    }

    /* Brings click and impression together, once both are known. */
    private void attribute(BidLedger.Builder ledger, BidFacts bid) {
        if (!ledger.hasClickMs() || !ledger.hasImpressionMs()) {
            return;
        }
        boolean late = ledger.getClickMs() - ledger.getImpressionMs() > config.lateWindow().toMillis();
        if (late || ledger.getLabel() == Label.LABEL_CLOSED) {
            metrics.count(CLICK_TOO_LATE);
            return;
        }
        String arm = bid.getArm();
        ledger.setClickAttributed(true);
        FeedbackHistory.Builder history = history(bid);
        variance.click(history, clock.getTimeMs());
        feedback.put(accountKey(bid), history.build());
        minute(arm, ledger.getClickMs(), ArmMinute.newBuilder().setClicks(1));
        settle(bid, Settlement.newBuilder().setClicks(1), ledger.getClickMs());
        if (ledger.getLabel() == Label.LABEL_NO_CLICK) {
            correct(ledger, arm);
            ledger.setLabel(Label.LABEL_CLOSED).clearExample();
        }
    }

    private void correct(BidLedger.Builder ledger, String arm) {
        if (ledger.getExample().getFeatureCount() == 0 || ledger.getDisbelieved()) {
            return;
        }
        metrics.count(EXAMPLE_CORRECTION);
        long timeMs = ledger.getClickMs();
        context.forward(new Record<>(arm, ledger.getExample().toBuilder().setWeight(-1).build(), timeMs));
        context.forward(new Record<>(arm, ledger.getExample().toBuilder().setClick(true).build(), timeMs));
    }

    private void minute(String arm, long timeMs, ArmMinute.Builder increment) {
        context.forward(new Record<>(arm, increment.setArm(arm).build(), timeMs));
    }

    /* While notices wait that came long ago, those that are read are old; where none is read, none waits. */
    private void pulse(long wallMs) {
        long toldMs = newestNoticeMs > 0 ? Math.min(newestNoticeMs, wallMs) : wallMs;
        newestNoticeMs = 0;
        context.forward(new Record<>("", Settlement.newBuilder().setPulsePartition(context.taskId().partition())
                .setPulseMs(toldMs).build(), wallMs));
    }

    private void tick(long wallMs) {
        pulse(wallMs);
        if (clock.getTimeMs() > 0) {
            advance(idle.tick(clock.getTimeMs(), wallMs));
        }
    }

    /* Moves the clock, never back, and keeps the deadlines once for each second of event time. */
    private void advance(long timeMs) {
        if (timeMs <= clock.getTimeMs()) {
            return;
        }
        boolean nextSecond = timeMs / TICK.toMillis() > clock.getTimeMs() / TICK.toMillis();
        clock.setTimeMs(timeMs);
        if (nextSecond) {
            long fromMs = clock.getDeadlinesToMs() + 1;
            clock.setDeadlinesToMs(timeMs);
            keepDeadlines(fromMs, timeMs);
            if (timeMs / FORGET_FEEDBACK.toMillis() > fromMs / FORGET_FEEDBACK.toMillis()) {
                forgetIdleCampaigns(timeMs);
            }
        }
        clocks.put(CLOCK_KEY, clock.build());
    }

    private void forgetIdleCampaigns(long timeMs) {
        try (KeyValueIterator<String, FeedbackHistory> all = feedback.all()) {
            while (all.hasNext()) {
                KeyValue<String, FeedbackHistory> entry = all.next();
                if (variance.faded(entry.value, timeMs)) {
                    feedback.delete(entry.key);
                }
            }
        }
    }

    private void keepDeadlines(long fromMs, long toMs) {
        try (KeyValueIterator<Bytes, byte[]> due = deadlines.range(Deadline.first(fromMs),
                Deadline.first(toMs + 1))) {
            while (due.hasNext()) {
                KeyValue<Bytes, byte[]> entry = due.next();
                deadlines.delete(entry.key);
                keep(Deadline.of(entry.key));
            }
        }
    }

    private void keep(Deadline deadline) {
        BidLedger stored = ledgers.get(deadline.bidId());
        if (stored == null) {
            return;
        }
        switch (deadline.what()) {
            case Deadline.LABEL -> {
                BidLedger.Builder ledger = stored.toBuilder();
                if (stored.getBought()) {
                    label(ledger, deadline.bidId(), deadline.timeMs());
                } else {
                    ledger.setLabelDue(true);
                }
                ledgers.put(deadline.bidId(), ledger.build());
            }
            case Deadline.CLOSE -> {
                if (stored.getLabel() == Label.LABEL_NO_CLICK) {
                    ledgers.put(deadline.bidId(),
                            stored.toBuilder().setLabel(Label.LABEL_CLOSED).clearExample().build());
                }
            }
            default -> {
                if (stored.hasClickMs() && !stored.hasImpressionMs()) {
                    metrics.count(CLICK_WITHOUT_IMPRESSION);
                }
                if (stored.getLabelDue()) {
                    metrics.count(IMPRESSION_WITHOUT_WIN);
                }
                ledgers.delete(deadline.bidId());
            }
        }
    }

    private void label(BidLedger.Builder ledger, String bidId, long timeMs) {
        boolean click = ledger.getClickAttributed();
        if (ledger.getDisbelieved()) {
            metrics.count(IMPRESSION_DISBELIEVED);
            ledger.setLabel(Label.LABEL_CLOSED).clearExample();
            return;
        }
        if (ledger.getExample().getFeatureCount() > 0) {
            metrics.count(EXAMPLE);
            Example example = ledger.getExample().toBuilder().setClick(click).build();
            context.forward(new Record<>(example.getArm(), example, timeMs));
        }
        if (click) {
            ledger.setLabel(Label.LABEL_CLOSED).clearExample();
        } else {
            ledger.setLabel(Label.LABEL_NO_CLICK);
            schedule(ledger.getImpressionMs() + config.lateWindow().toMillis(), bidId, Deadline.CLOSE);
        }
    }

    private void schedule(long timeMs, String bidId, byte what) {
        long dueMs = Math.max(timeMs, clock.getDeadlinesToMs() + 1);
        deadlines.put(new Deadline(dueMs, bidId, what).key(), Deadline.NO_VALUE);
    }
}
