package io.sextant.controller.stream;

import static io.sextant.controller.ControllerCounter.CELL_OVERFLOW;
import static io.sextant.controller.ControllerCounter.SECOND_AHEAD;
import static io.sextant.controller.ControllerCounter.SECOND_DUPLICATE;
import static io.sextant.controller.ControllerCounter.SECOND_INVALID;
import static io.sextant.controller.ControllerCounter.SECOND_LATE;
import static io.sextant.controller.ControllerCounter.SECOND_STALE_EPOCH;
import static io.sextant.controller.ControllerCounter.WINDOW_RESTARTED;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.WindowConfig;
import io.sextant.controller.state.ArmClock;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.ExplorationChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the rolling window of every arm of its partition and publishes it.
 *
 * <p>
 * Forwards drafts of {@code UncertaintySnapshot} and increments of {@code ArmMinute}, both with key arm.
 *
 * @implNote Exploration with model uncertainty in real-time bidding, section 3: statistics of the past few minutes.
 */
final class UncertaintyProcessor implements Processor<String, ArmSecond, String, Message> {
    /*
     * Event time of an arm is the end of its newest second. At every multiple of the publication interval the window
     * [end - length, end) is summed from its panes, where end is that of the newest pane that is past by the grace. So
     * what is published is a function of the seconds that were received, whatever crashed in between. A second that
     * comes for a pane already published is still taken, and is in the window from the next publication on; one older
     * than the window is late.
     *
     * A second is known by arm, time, bidder and sequence for as long as it would not be late: a repeat is dropped, and
     * a bidder that starts counting anew is not.
     */
    static final String PANES = "uncertainty-panes";
    static final String SEEN = "seconds-seen";
    static final String CLOCKS = "arm-clocks";

    private static final long SECOND_MS = 1000;
    private static final Duration TICK_MAX = Duration.ofSeconds(1);
    private static final byte[] NO_VALUE = new byte[0];

    private final WindowConfig window;
    private final Supplier<ExplorationChange> settings;
    private final ControllerMetrics metrics;
    private final WindowStatistics statistics;
    private final Map<String, IdleClock> idle = new HashMap<>();
    /** Settings version of each arm's last publication, as far as this instance made it. */
    private final Map<String, Long> publishedSettings = new HashMap<>();

    private ProcessorContext<String, Message> context;
    private ArmPanes panes;
    private KeyValueStore<Bytes, byte[]> seen;
    private KeyValueStore<String, ArmClock> clocks;

    @SuppressWarnings("NullAway.Init")
    UncertaintyProcessor(ControllerConfig config, Supplier<ExplorationChange> settings, ControllerMetrics metrics) {
        window = config.window();
        this.settings = settings;
        this.metrics = metrics;
        statistics = new WindowStatistics(config, () -> metrics.count(CELL_OVERFLOW));
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        this.context = context;
        panes = new ArmPanes(context.getStateStore(PANES), () -> settings.get().getSettings().getCellsMax(), () -> metrics.count(CELL_OVERFLOW));
        seen = context.getStateStore(SEEN);
        clocks = context.getStateStore(CLOCKS);
        context.schedule(tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<String, ArmSecond> record) {
        ArmSecond second = record.value();
        if (!ArmSeconds.valid(record.key(), second)) {
            metrics.count(SECOND_INVALID);
            return;
        }
        if (second.getSecondMs() > context.currentSystemTimeMs() + window.maxAhead().toMillis()) {
            metrics.count(SECOND_AHEAD);
            return;
        }
        String arm = second.getArm();
        ArmClock stored = clocks.get(arm);
        ArmClock.Builder clock = stored == null ? start(second) : stored.toBuilder();
        clock.setTimeMs(Math.max(clock.getTimeMs(), second.getSecondMs() + SECOND_MS));
        if (accept(second, clock)) {
            clock.setNewestSecondMs(Math.max(clock.getNewestSecondMs(), second.getSecondMs()));
            context.forward(new Record<>(arm, ArmSeconds.increment(second), second.getSecondMs()));
            if (belongs(second, clock)) {
                panes.add(second, window.paneStartMs(second.getSecondMs()));
            }
        }
        publishIfDue(arm, clock);
        clocks.put(arm, clock.build());
        idle(arm).reset(clock.getTimeMs(), context.currentSystemTimeMs());
    }

    private ArmClock.Builder start(ArmSecond second) {
        long timeMs = second.getSecondMs() + SECOND_MS;
        return ArmClock.newBuilder().setTimeMs(timeMs).setPublishedMs(publicationMs(timeMs))
                .setExpiredToMs(windowStartMs(timeMs))
                .setUncertaintyEpoch(second.getUncertaintyEpoch()).setPreviousEpoch(second.getUncertaintyEpoch())
                .setEpochSecondMs(second.getSecondMs()).setEpochModelVersion(second.getModelVersion());
    }

    private boolean accept(ArmSecond second, ArmClock.Builder clock) {
        // What has been expired is gone, even if the window has grown since.
        long oldestMs = Math.max(windowStartMs(clock.getTimeMs()), clock.getExpiredToMs());
        if (window.paneStartMs(second.getSecondMs()) < oldestMs) {
            metrics.count(SECOND_LATE);
            return false;
        }
        Bytes key = PaneKey.of(second.getArm(), second.getSecondMs(), second.getSequence() + "/" + second.getBidder());
        if (seen.putIfAbsent(key, NO_VALUE) != null) {
            metrics.count(SECOND_DUPLICATE);
            return false;
        }
        return true;
    }

    /*
     * Bidders change to a new artefact one after another, so seconds of two epochs come mixed for a while. A newer model
     * version, or an epoch not met before under the same one, replaces the epoch; an older one comes back only when the
     * present one has been silent for a pane.
     */
    private boolean belongs(ArmSecond second, ArmClock.Builder clock) {
        long epoch = second.getUncertaintyEpoch();
        if (epoch != clock.getUncertaintyEpoch()) {
            boolean newer = second.getModelVersion() > clock.getEpochModelVersion()
                    || (second.getModelVersion() == clock.getEpochModelVersion() && epoch != clock.getPreviousEpoch());
            boolean silent = second.getSecondMs() - clock.getEpochSecondMs() > window.pane().toMillis();
            if (!newer && !silent) {
                metrics.count(SECOND_STALE_EPOCH);
                return false;
            }
            metrics.count(WINDOW_RESTARTED);
            panes.delete(second.getArm(), clock.getExpiredToMs(), Long.MAX_VALUE);
            clock.setPreviousEpoch(clock.getUncertaintyEpoch()).setUncertaintyEpoch(epoch)
                    .setEpochSecondMs(second.getSecondMs()).setEpochModelVersion(second.getModelVersion());
        }
        clock.setEpochSecondMs(Math.max(clock.getEpochSecondMs(), second.getSecondMs()))
                .setEpochModelVersion(Math.max(clock.getEpochModelVersion(), second.getModelVersion()));
        return true;
    }

    private void publishIfDue(String arm, ArmClock.Builder clock) {
        long publicationMs = publicationMs(clock.getTimeMs());
        if (publicationMs <= clock.getPublishedMs()) {
            return;
        }
        publish(arm, clock, publicationMs);
    }

    private void publish(String arm, ArmClock.Builder clock, long publicationMs) {
        ExplorationChange change = settings.get();
        publishedSettings.put(arm, change.getVersion());
        clock.setPublishedMs(publicationMs);
        long endMs = window.windowEndMs(clock.getTimeMs());
        long startMs = Math.max(endMs - change.getSettings().getWindowMs(), clock.getExpiredToMs());
        panes.delete(arm, clock.getExpiredToMs(), startMs);
        ArmPanes.delete(seen, arm, clock.getExpiredToMs(), startMs);
        clock.setExpiredToMs(startMs);
        // An arm that has gone is published once more, empty, and then no longer.
        boolean empty = clock.getNewestSecondMs() < startMs;
        if (empty && clock.getPublishedEmpty()) {
            return;
        }
        clock.setPublishedEmpty(empty);
        context.forward(new Record<>(arm, statistics.draft(arm, clock.getTimeMs(), clock.getUncertaintyEpoch(),
                change, panes.sum(arm, startMs, endMs)), clock.getTimeMs()));
    }

    private void tick(long wallMs) {
        List<KeyValue<String, ArmClock>> arms = new ArrayList<>();
        try (KeyValueIterator<String, ArmClock> all = clocks.all()) {
            all.forEachRemaining(arms::add);
        }
        for (KeyValue<String, ArmClock> arm : arms) {
            long storedMs = arm.value.getTimeMs();
            IdleClock idleClock = idle.computeIfAbsent(arm.key, _ -> {
                var started = new IdleClock(window.publish(), tick());
                started.reset(storedMs, wallMs);
                return started;
            });
            long timeMs = idleClock.tick(storedMs, wallMs);
            long version = settings.get().getVersion();
            boolean changed = publishedSettings.computeIfAbsent(arm.key, _ -> version) != version;
            if (timeMs > storedMs || changed) {
                ArmClock.Builder clock = arm.value.toBuilder().setTimeMs(timeMs);
                if (changed) {
                    publish(arm.key, clock, publicationMs(timeMs));
                } else {
                    publishIfDue(arm.key, clock);
                }
                clocks.put(arm.key, clock.build());
            }
        }
    }

    private long windowStartMs(long clockMs) {
        return window.windowEndMs(clockMs) - settings.get().getSettings().getWindowMs();
    }

    private Duration tick() {
        return window.publish().compareTo(TICK_MAX) < 0 ? window.publish() : TICK_MAX;
    }

    private IdleClock idle(String arm) {
        return idle.computeIfAbsent(arm, _ -> new IdleClock(window.publish(), tick()));
    }

    private long publicationMs(long timeMs) {
        return timeMs - Math.floorMod(timeMs, window.publish().toMillis());
    }
}
