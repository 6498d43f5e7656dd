package io.sextant.perf.loop;

import com.google.protobuf.Message;
import io.sextant.model.ctr.CtrModel;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Bids, buys, waits for clicks, learns, and bids with what was learned, minute by minute of the market. Every bidder sees
 * every request: several bidders of one arm each are copies of the market, one bidder of several arms divides it.
 *
 * <p>
 * Threading: {@link #step} is for one thread and uses as many more as it was given. The same world and settings give the
 * same run to the last bit, on however many threads: a minute is bid in with what was known when it began, and each arm
 * learns for itself.
 */
/*
 * While the bidders bid in a minute, the arms learn from the labels that were due before it, and the next minute's requests
 * are made; then all wait for each other, the controller hears of the minute, and models and modifiers change hands. So a
 * bid is made with modifiers of the minute before and a model that is a minute older, as in life.
 */
public final class MarketLoop {
    /** How much of the market's time passes in a step. */
    public static final Duration STEP = Duration.ofMinutes(1);
    private static final long SECOND_MS = 1000;

    private final World world;
    private final List<Bidder> bidders;
    private final List<Seat> seats = new ArrayList<>();
    private final SimulatedController controller;
    private final ExecutorService threads;
    private Duration now;
    private @Nullable Stretch next;

    /** An arm's place. */
    private static final class Seat {
        final Bidder bidder;
        final int number;
        final LearningArm learning;
        final StepListener listener;
        final Bids total = new Bids();
        Bids bids = new Bids();
        List<Example> examples = List.of();
        @Nullable
        UncertaintySnapshot snapshot;

        Seat(Bidder bidder, int number, LearningArm learning, StepListener listener) {
            this.bidder = bidder;
            this.number = number;
            this.learning = learning;
            this.listener = listener;
        }

        String arm() {
            return learning.name();
        }
    }

    /** Hears at the end of every step what an arm did in it. */
    @FunctionalInterface
    public interface StepListener {
        /** Hears nothing. */
        StepListener NONE = (_, _) -> {};

        /**
         * A step has ended.
         *
         * @param bids     what was bid and bought
         * @param snapshot the arm's last snapshot; null before the first
         */
        void stepped(Bids bids, @Nullable UncertaintySnapshot snapshot);
    }

    /**
     * A loop that has not begun.
     *
     * @param bidders    the market's copies
     * @param controller hears of all arms; not closed here
     * @param start      time of the market since its start
     * @param threads    not closed here
     */
    public MarketLoop(World world, List<Bidder> bidders, SimulatedController controller, Duration start,
            ExecutorService threads) {
        this.world = world;
        this.bidders = List.copyOf(bidders);
        this.controller = controller;
        this.now = start;
        this.threads = threads;
    }

    /**
     * Seats an arm; every arm of every bidder is seated before the first step, in this order.
     *
     * @param learning   of the same name; not closed here
     * @param firstModel what it bids with until it publishes
     */
    public void seat(Bidder bidder, LearningArm learning, CtrModel firstModel, StepListener listener) {
        int number = bidder.arms().stream().map(arm -> arm.name()).toList().indexOf(learning.name());
        seats.add(new Seat(bidder, number, learning, listener));
        bidder.model(learning.name(), firstModel);
    }

    /** What the arm in this seat, counted from 0, did all in all; without its wins. */
    public Bids total(int seat) {
        return seats.get(seat).total;
    }

    /** Time of the market since its start. */
    public Duration elapsed() {
        return now;
    }

    /** Goes on by {@link #STEP}. */
    public void step() throws InterruptedException {
        Stretch stretch = next == null ? stretch(now) : next;
        Duration end = now.plus(STEP);
        long nowMs = world.timeMs(now);
        long endMs = world.timeMs(end);

        List<List<Future<List<Bids>>>> bids = bidders.stream().map(bidder -> bidding(bidder, stretch)).toList();
        List<Future<Optional<CtrModel>>> models = learning(nowMs);
        Future<Stretch> coming = threads.submit(() -> stretch(end));
        List<List<Bids>> minute = new ArrayList<>();
        for (List<Future<List<Bids>>> lanes : bids) {
            minute.add(sum(lanes));
        }
        List<Future<List<Message>>> shows = new ArrayList<>();
        for (int i = 0; i < seats.size(); i++) {
            Seat seat = seats.get(i);
            seat.bids = minute.get(bidders.indexOf(seat.bidder)).get(seat.number);
            seat.total.count(seat.bids);
            // An arm's learning and its audience have one listener.
            result(models.get(i)).ifPresent(model -> seat.bidder.model(seat.arm(), model));
            shows.add(threads.submit(() -> seat.learning.show(seat.bids.wins, endMs)));
        }
        List<Message> notices = new ArrayList<>();
        for (Future<List<Message>> show : shows) {
            notices.addAll(result(show));
        }
        // Stable: of the same moment, in the order of the arms.
        notices.sort(Comparator.comparingLong(MarketLoop::timeMs));
        List<ArmSecond> seconds = new ArrayList<>();
        bidders.forEach(bidder -> seconds.addAll(bidder.seconds(endMs - SECOND_MS)));
        controller.hear(notices, seconds, endMs);
        takeOver();
        seats.forEach(seat -> seat.listener.stepped(seat.bids, seat.snapshot));
        next = result(coming);
        now = end;
    }

    /** Bids no more, but waits until every label is known that comes within this time, and learns from it. */
    public void settle(Duration wait) throws InterruptedException {
        long endMs = world.timeMs(now.plus(wait));
        List<Message> notices = new ArrayList<>();
        for (Seat seat : seats) {
            notices.addAll(seat.learning.show(List.of(), endMs));
        }
        notices.sort(Comparator.comparingLong(MarketLoop::timeMs));
        learn(world.timeMs(now));
        controller.hear(notices, List.of(), endMs);
        controller.idle(endMs);
        takeOver();
        learn(endMs);
    }

    private void learn(long nowMs) throws InterruptedException {
        List<Future<Optional<CtrModel>>> models = learning(nowMs);
        for (int i = 0; i < seats.size(); i++) {
            Seat seat = seats.get(i);
            result(models.get(i)).ifPresent(model -> seat.bidder.model(seat.arm(), model));
        }
    }

    /** Lets every arm learn from the examples that it has. */
    private List<Future<Optional<CtrModel>>> learning(long nowMs) {
        List<Future<Optional<CtrModel>>> models = new ArrayList<>();
        for (Seat seat : seats) {
            List<Example> examples = seat.examples;
            seat.examples = List.of();
            models.add(threads.submit(() -> seat.learning.learn(examples, nowMs)));
        }
        return models;
    }

    private void takeOver() {
        for (UncertaintySnapshot snapshot : controller.takeSnapshots()) {
            seats.stream().filter(seat -> seat.arm().equals(snapshot.getArm())).forEach(seat -> {
                seat.snapshot = snapshot;
                seat.bidder.modifiers(seat.arm(), snapshot);
            });
        }
        for (Seat seat : seats) {
            seat.examples = controller.takeExamples(seat.arm());
        }
    }

    private Stretch stretch(Duration from) {
        return Stretch.of(world, world.indexAt(from), world.indexAt(from.plus(STEP)));
    }

    private List<Future<List<Bids>>> bidding(Bidder bidder, Stretch stretch) {
        int count = stretch.size();
        List<Future<List<Bids>>> bids = new ArrayList<>();
        for (int lane = 0; lane < bidder.lanes(); lane++) {
            int number = lane;
            Callable<List<Bids>> work = () -> bidder.bid(world, stretch, count * number / bidder.lanes(),
                    count * (number + 1) / bidder.lanes(), number);
            bids.add(threads.submit(work));
        }
        return bids;
    }

    /** By arm, in the order of the requests. */
    private static List<Bids> sum(List<Future<List<Bids>>> lanes) throws InterruptedException {
        List<Bids> sums = new ArrayList<>(result(lanes.getFirst()));
        for (Future<List<Bids>> lane : lanes.subList(1, lanes.size())) {
            List<Bids> byArm = result(lane);
            for (int arm = 0; arm < sums.size(); arm++) {
                sums.get(arm).count(byArm.get(arm));
                sums.get(arm).wins.addAll(byArm.get(arm).wins);
            }
        }
        return sums;
    }

    private static long timeMs(Message notice) {
        return switch (notice) {
            case BillEvent bill -> bill.getTimeMs();
            case ClickEvent click -> click.getTimeMs();
            default -> throw new IllegalArgumentException(notice.getClass().getSimpleName());
        };
    }

    /**
     * Waits for a part of a step.
     *
     * @throws IllegalStateException if it failed, with its cause
     */
    public static <T extends @Nullable Object> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a step of the market failed: " + e.getCause(), e.getCause());
        }
    }
}
