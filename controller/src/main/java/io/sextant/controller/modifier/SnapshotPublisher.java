package io.sextant.controller.modifier;

import static io.sextant.controller.ControllerCounter.CHARGE_LATE;
import static io.sextant.controller.ControllerCounter.PREMIUM_CAP_REACHED;
import static io.sextant.controller.ControllerCounter.MODIFIERS_STALE;
import static io.sextant.controller.ControllerCounter.SNAPSHOT_PUBLISHED;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.GuardConfig;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.GuardState;
import io.sextant.controller.state.PremiumPane;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Completes the drafts of all arms to snapshots: the version, which rises by one for each arm from 1, the modifiers that
 * blind arms draw from, and what the {@link PremiumGuard} says. Takes drafts of {@code UncertaintySnapshot} and
 * {@code Charge}s and forwards snapshots, all with key arm.
 *
 * <p>
 * Threading: assumes that drafts and charges of all arms come through one partition, since what one arm is told depends on
 * another arm's window, and what all are told on one arm's cost.
 */
public final class SnapshotPublisher implements Processor<String, Message, String, UncertaintySnapshot> {
    /*
     * The distribution drawn from is that of the source arm's newest draft, at most one publication older than the arm's
     * own. When the source arm has fallen silent for longer than a snapshot lives, its own bidders have gone back to
     * modifier 1; so then nothing is drawn either.
     *
     * The guard's clock is the latest of drafts and charges. Its gain changes at most once a pane and is told with each
     * arm's next draft; a cap, and its end, are told to all arms at once, with the statistics that they were told last.
     */
    /** Name of the store of each arm's last snapshot. */
    public static final String PUBLISHED = "published-snapshots";
    /** Name of the store of the arms' charges. */
    public static final String PREMIUMS = "premium-panes";
    /** Name of the store of the guard's state. */
    public static final String GUARD = "premium-guard";

    private static final String GUARD_KEY = "guard";

    private final GuardConfig config;
    private final PremiumGuard guard;
    private final String sourceArm;
    private final Supplier<ExplorationChange> settings;
    private final ControllerMetrics metrics;

    private ProcessorContext<String, UncertaintySnapshot> context;
    private KeyValueStore<String, UncertaintySnapshot> published;
    private KeyValueStore<String, GuardState> states;
    private PremiumPanes premiums;
    private GuardGauges gauges;
    private GuardState state = PremiumGuard.start();

    /**
     * Makes one.
     *
     * @param config   names the arm that the others draw from; its cost sets the gain
     * @param settings in force now
     * @param metrics  what is counted and gauged
     */
    @SuppressWarnings("NullAway.Init")
    public SnapshotPublisher(ControllerConfig config, Supplier<ExplorationChange> settings,
            ControllerMetrics metrics) {
        this.config = config.guard();
        this.guard = new PremiumGuard(config.guard());
        this.sourceArm = config.exploration().randomDrawsFrom();
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, UncertaintySnapshot> context) {
        this.context = context;
        published = context.getStateStore(PUBLISHED);
        states = context.getStateStore(GUARD);
        premiums = new PremiumPanes(context.getStateStore(PREMIUMS));
        gauges = new GuardGauges(metrics.registry());
    }

    @Override
    public void close() {
        gauges.close();
    }

    @Override
    public void process(Record<String, Message> record) {
        GuardState stored = states.get(GUARD_KEY);
        state = stored == null ? PremiumGuard.start() : stored;
        boolean wasCapped = state.getCapped();
        switch (record.value()) {
            case UncertaintySnapshot draft -> {
                advance(draft.getTimeMs(), draft);
                judge(premiums.arms());
                publish(record.withValue(complete(draft)));
                if (state.getCapped() != wasCapped) {
                    publishAgain(record.key());
                }
            }
            case Charge charge -> {
                advance(record.timestamp(), null);
                charge(charge);
                judge(List.of(charge.getArm()));
                if (state.getCapped() != wasCapped) {
                    publishAgain(null);
                }
            }
            default -> throw new IllegalArgumentException(record.value().getDescriptorForType().getFullName());
        }
        states.put(GUARD_KEY, state);
        gauges.set(state.getGain(), state.getCapped());
    }

    private void advance(long timeMs, @Nullable UncertaintySnapshot draft) {
        long nowMs = Math.max(state.getTimeMs(), timeMs);
        if (!guard.due(state, nowMs)) {
            state = state.toBuilder().setTimeMs(nowMs).build();
            return;
        }
        long fromMs = config.windowStartMs(nowMs);
        premiums.expire(fromMs);
        UncertaintySnapshot source = draft != null && draft.getArm().equals(sourceArm) ? draft
                : published.get(sourceArm);
        state = guard.advance(state, settings(), source == null ? ModifierDistribution.getDefaultInstance()
                : source.getOwnModifiers(),
                new PremiumGuard.Measured(premiums.window(sourceArm, fromMs),
                        premiums.recent(sourceArm, fromMs, guard.recentPanes()), premiums.steered(sourceArm, fromMs),
                        worst(premiums.arms(), fromMs)),
                nowMs);
    }

    private void charge(Charge charge) {
        long startMs = config.paneStartMs(charge.getBidTimeMs());
        if (startMs < config.windowStartMs(state.getTimeMs())) {
            metrics.count(CHARGE_LATE);
        } else {
            premiums.add(charge, startMs);
        }
        if (charge.getArm().equals(sourceArm)) {
            state = guard.charge(state, charge);
        }
        gauges.premium(charge.getArm(), share(charge.getArm()));
    }

    private void judge(Iterable<String> arms) {
        boolean wasCapped = state.getCapped();
        state = guard.cap(state, settings(), worst(arms, config.windowStartMs(state.getTimeMs())));
        if (state.getCapped() && !wasCapped) {
            metrics.count(PREMIUM_CAP_REACHED);
        }
    }

    private double worst(Iterable<String> arms, long fromMs) {
        double worst = 0;
        for (String arm : arms) {
            worst = Math.max(worst, PremiumGuard.judged(premiums.window(arm, fromMs)));
        }
        return worst;
    }

    private double share(String arm) {
        PremiumPane window = premiums.window(arm, config.windowStartMs(state.getTimeMs()));
        return Premium.share(window);
    }

    private ExplorationSettings settings() {
        return settings.get().getSettings();
    }

    private UncertaintySnapshot complete(UncertaintySnapshot draft) {
        UncertaintySnapshot previous = published.get(draft.getArm());
        return guarded(draft.toBuilder().setVersion(previous == null ? 0 : previous.getVersion())
                .setModifiers(modifiers(draft)));
    }

    /* One version on, with what the guard says now. */
    private UncertaintySnapshot guarded(UncertaintySnapshot.Builder snapshot) {
        double premium = share(snapshot.getArm());
        gauges.premium(snapshot.getArm(), premium);
        return snapshot.setVersion(snapshot.getVersion() + 1).setGain(state.getGain()).setCapped(state.getCapped())
                .setPremium(premium).build();
    }

    private void publishAgain(@Nullable String butFor) {
        var arms = new ArrayList<KeyValue<String, UncertaintySnapshot>>();
        try (KeyValueIterator<String, UncertaintySnapshot> all = published.all()) {
            all.forEachRemaining(arms::add);
        }
        for (KeyValue<String, UncertaintySnapshot> arm : arms) {
            if (!arm.key.equals(butFor)) {
                publish(new Record<>(arm.key, guarded(arm.value.toBuilder()), state.getTimeMs()));
            }
        }
    }

    private void publish(Record<String, UncertaintySnapshot> snapshot) {
        published.put(snapshot.key(), snapshot.value());
        metrics.count(SNAPSHOT_PUBLISHED);
        context.forward(snapshot);
    }

    private ModifierDistribution modifiers(UncertaintySnapshot draft) {
        UncertaintySnapshot source = draft.getArm().equals(sourceArm) ? draft : published.get(sourceArm);
        if (source == null) {
            return ModifierDistribution.getDefaultInstance();
        }
        if (draft.getTimeMs() - source.getTimeMs() > settings().getTimeToLiveMs()) {
            metrics.count(MODIFIERS_STALE);
            return ModifierDistribution.getDefaultInstance();
        }
        return source.getOwnModifiers();
    }
}
