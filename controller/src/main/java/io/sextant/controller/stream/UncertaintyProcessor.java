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
import io.sextant.controller.state.ArmClockOrBuilder;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.estimator.OwnMeasure;
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
import org.jspecify.annotations.Nullable;

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
     * [end - length, end) is published, where end is that of the newest pane that is past by the grace. It is summed anew
     * from its panes, never by taking away, when it has moved, when a pane in it has got a late second, or when the settings
     * are others; what was found is published again otherwise. So what is published is a function of the seconds that were
     * received, whatever crashed in between. A second that comes for a pane already published is still taken, and is in the
     * window from the next publication on; one older than the window is late.
     *
     * A second is known by arm, time, bidder and sequence for as long as it would not be late: a repeat is dropped, and
     * a bidder that starts counting anew is not.
     *
     * What is in memory of an arm is only what its stores say. It is made from them when the arm is first met, and dropped
     * when anything fails half-way.
     */
    static final String PANES = "uncertainty-panes";
    static final String SECONDS = "uncertainty-seconds";
    static final String CLOCKS = "arm-clocks";

    private static final long SECOND_MS = 1000;
    private static final Duration TICK_MAX = Duration.ofSeconds(1);

    private final WindowConfig window;
    private final Supplier<ExplorationChange> settings;
    private final ControllerMetrics metrics;
    private final Map<String, ArmState> arms = new HashMap<>();

    private ProcessorContext<String, Message> context;
    private KeyValueStore<Bytes, byte[]> panes;
    private KeyValueStore<Bytes, byte[]> seconds;
    private KeyValueStore<String, ArmClock> clocks;

    /* In memory of an arm. */
    private static final class ArmState {
        final ArmPanes panes;
        final IdleClock idle;
        /** Of the panes as they are in the store. */
        @Nullable
        WindowStatistics statistics;

        ArmState(ArmPanes panes, IdleClock idle) {
            this.panes = panes;
            this.idle = idle;
        }
    }

    @SuppressWarnings("NullAway.Init")
    UncertaintyProcessor(ControllerConfig config, Supplier<ExplorationChange> settings, ControllerMetrics metrics) {
        window = config.window();
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        this.context = context;
        panes = context.getStateStore(PANES);
        seconds = context.getStateStore(SECONDS);
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
        try {
            process(arm, second);
        } catch (RuntimeException e) {
            arms.remove(arm);
            throw e;
        }
    }

    private void process(String arm, ArmSecond second) {
        ArmClock stored = clocks.get(arm);
        ArmClock.Builder clock = stored == null ? start(second) : stored.toBuilder();
        ArmState state = state(arm, clock);
        clock.setTimeMs(Math.max(clock.getTimeMs(), second.getSecondMs() + SECOND_MS));
        if (accept(state.panes, second, clock)) {
            clock.setNewestSecondMs(Math.max(clock.getNewestSecondMs(), second.getSecondMs()));
            if (belongs(state, second, clock)) {
                state.panes.take(second, window.paneStartMs(second.getSecondMs()), maxCells());
            } else {
                state.panes.note(second);
            }
            context.forward(new Record<>(arm, ArmSeconds.increment(second), second.getSecondMs()));
        }
        publishIfDue(arm, state, clock);
        clocks.put(arm, clock.build());
        state.idle.reset(clock.getTimeMs(), context.currentSystemTimeMs());
    }

    private ArmState state(String arm, ArmClockOrBuilder clock) {
        ArmState known = arms.get(arm);
        if (known != null) {
            return known;
        }
        var armPanes = new ArmPanes(arm, seconds, panes, () -> metrics.count(CELL_OVERFLOW));
        armPanes.restore(clock.getExpiredToMs(), window.pane().toMillis(), maxCells());
        var idle = new IdleClock(window.publish(), tick());
        idle.reset(clock.getTimeMs(), context.currentSystemTimeMs());
        var state = new ArmState(armPanes, idle);
        arms.put(arm, state);
        return state;
    }

    private ArmClock.Builder start(ArmSecond second) {
        long timeMs = second.getSecondMs() + SECOND_MS;
        return ArmClock.newBuilder().setTimeMs(timeMs).setPublishedMs(publicationMs(timeMs))
                .setExpiredToMs(windowStartMs(timeMs, settings.get()))
                .setUncertaintyEpoch(second.getUncertaintyEpoch()).setPreviousEpoch(second.getUncertaintyEpoch())
                .setEpochSecondMs(second.getSecondMs()).setEpochModelVersion(second.getModelVersion());
    }

    private boolean accept(ArmPanes panes, ArmSecond second, ArmClock.Builder clock) {
        // What has been expired is gone, even if the window has grown since.
        long oldestMs = Math.max(windowStartMs(clock.getTimeMs(), settings.get()), clock.getExpiredToMs());
        if (window.paneStartMs(second.getSecondMs()) < oldestMs) {
            metrics.count(SECOND_LATE);
            return false;
        }
        if (panes.knows(second)) {
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
    private boolean belongs(ArmState state, ArmSecond second, ArmClock.Builder clock) {
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
            state.panes.restart(clock.getExpiredToMs());
            state.statistics = null;
            clock.setPreviousEpoch(clock.getUncertaintyEpoch()).setUncertaintyEpoch(epoch)
                    .setEpochSecondMs(second.getSecondMs()).setEpochModelVersion(second.getModelVersion());
        }
        clock.setEpochSecondMs(Math.max(clock.getEpochSecondMs(), second.getSecondMs()))
                .setEpochModelVersion(Math.max(clock.getEpochModelVersion(), second.getModelVersion()));
        return true;
    }

    private void publishIfDue(String arm, ArmState state, ArmClock.Builder clock) {
        long publicationMs = publicationMs(clock.getTimeMs());
        if (publicationMs > clock.getPublishedMs()) {
            clock.setPublishedMs(publicationMs);
            publish(arm, state, clock);
        }
    }

    private void publish(String arm, ArmState state, ArmClock.Builder clock) {
        ExplorationChange change = settings.get();
        ExplorationSettings own = OwnMeasure.settings(change.getSettings(), arm);
        long endMs = window.windowEndMs(clock.getTimeMs());
        // What has been expired does not come back when the window grows: it fills up as time passes.
        long startMs = Math.max(windowStartMs(clock.getTimeMs(), change), clock.getExpiredToMs());
        if (state.panes.close(endMs, change.getSettings().getCellsMax())) {
            state.statistics = null;
        }
        if (startMs > clock.getExpiredToMs()) {
            state.panes.expire(clock.getExpiredToMs(), startMs);
            clock.setExpiredToMs(startMs);
        }
        // An arm that has gone is published once more, empty, and then only when the settings change.
        boolean empty = clock.getNewestSecondMs() < startMs;
        if (empty && clock.getPublishedEmpty() && change.getVersion() == clock.getSettingsVersion()) {
            return;
        }
        clock.setPublishedEmpty(empty).setSettingsVersion(change.getVersion());
        WindowStatistics statistics = statistics(state, startMs, endMs, own);
        context.forward(new Record<>(arm,
                UncertaintySnapshot.newBuilder().setArm(arm).setTimeMs(clock.getTimeMs())
                        .setUncertaintyEpoch(clock.getUncertaintyEpoch()).setWindowMs(endMs - startMs)
                        .setWindowEndMs(endMs).setSettings(own)
                        .setSettingsVersion(change.getVersion()).addAllCell(statistics.cells())
                        .setOwnModifiers(statistics.modifiers()).addAllRankedQuantile(statistics.ranks()).build(),
                clock.getTimeMs()));
    }

    private WindowStatistics statistics(ArmState state, long startMs, long endMs, ExplorationSettings inForce) {
        WindowStatistics known = state.statistics;
        if (known != null && known.isOf(startMs, endMs, inForce)) {
            return known;
        }
        var statistics = WindowStatistics.of(startMs, endMs, inForce, state.panes.sum(startMs, endMs),
                () -> metrics.count(CELL_OVERFLOW));
        state.statistics = statistics;
        return statistics;
    }

    private void tick(long wallMs) {
        List<KeyValue<String, ArmClock>> stored = new ArrayList<>();
        try (KeyValueIterator<String, ArmClock> all = clocks.all()) {
            all.forEachRemaining(stored::add);
        }
        for (KeyValue<String, ArmClock> arm : stored) {
            try {
                tick(arm.key, arm.value, wallMs);
            } catch (RuntimeException e) {
                arms.remove(arm.key);
                throw e;
            }
        }
    }

    private void tick(String arm, ArmClock stored, long wallMs) {
        ArmState state = state(arm, stored);
        long timeMs = state.idle.tick(stored.getTimeMs(), wallMs);
        boolean changed = settings.get().getVersion() != stored.getSettingsVersion();
        if (timeMs <= stored.getTimeMs() && !changed) {
            return;
        }
        ArmClock.Builder clock = stored.toBuilder().setTimeMs(timeMs);
        if (changed) {
            clock.setPublishedMs(publicationMs(timeMs));
            publish(arm, state, clock);
        } else {
            publishIfDue(arm, state, clock);
        }
        clocks.put(arm, clock.build());
    }

    private long windowStartMs(long clockMs, ExplorationChange change) {
        return window.windowEndMs(clockMs) - change.getSettings().getWindowMs();
    }

    private int maxCells() {
        return settings.get().getSettings().getCellsMax();
    }

    private Duration tick() {
        return window.publish().compareTo(TICK_MAX) < 0 ? window.publish() : TICK_MAX;
    }

    private long publicationMs(long timeMs) {
        return timeMs - Math.floorMod(timeMs, window.publish().toMillis());
    }
}
