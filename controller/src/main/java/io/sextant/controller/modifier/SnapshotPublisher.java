package io.sextant.controller.modifier;

import static io.sextant.controller.ControllerCounter.MODIFIERS_STALE;
import static io.sextant.controller.ControllerCounter.SNAPSHOT_PUBLISHED;

import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Completes the drafts of all arms to snapshots: the version, which rises by one for each arm from 1, the gain, and the
 * modifiers that blind arms draw from. Takes and forwards records with key arm.
 *
 * <p>
 * Threading: assumes that the drafts of all arms come through one partition, since what one arm is told depends on
 * another arm's window.
 */
public final class SnapshotPublisher implements Processor<String, UncertaintySnapshot, String, UncertaintySnapshot> {
    /*
     * The distribution drawn from is that of the source arm's newest draft, at most one publication older than the arm's
     * own. When the source arm has fallen silent for longer than a snapshot lives, its own bidders have gone back to
     * modifier 1; so then nothing is drawn either.
     */
    /** Name of the store of each arm's last snapshot. */
    public static final String PUBLISHED = "published-snapshots";

    /** No guard over the cost of exploration is at work: modifiers are used as they are. */
    private static final double FULL_GAIN = 1;

    private final String sourceArm;
    private final Supplier<ExplorationChange> settings;
    private final ControllerMetrics metrics;

    private ProcessorContext<String, UncertaintySnapshot> context;
    private KeyValueStore<String, UncertaintySnapshot> published;

    /**
     * Makes one.
     *
     * @param config   names the arm that blind arms draw from
     * @param settings the settings in force
     */
    @SuppressWarnings("NullAway.Init")
    public SnapshotPublisher(ControllerConfig config, Supplier<ExplorationChange> settings, ControllerMetrics metrics) {
        this.sourceArm = config.exploration().randomDrawsFrom();
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, UncertaintySnapshot> context) {
        this.context = context;
        published = context.getStateStore(PUBLISHED);
    }

    @Override
    public void process(Record<String, UncertaintySnapshot> record) {
        String arm = record.key();
        UncertaintySnapshot draft = record.value();
        UncertaintySnapshot previous = published.get(arm);
        UncertaintySnapshot snapshot = draft.toBuilder().setVersion(previous == null ? 1 : previous.getVersion() + 1)
                .setGain(FULL_GAIN).setModifiers(modifiers(draft)).build();
        published.put(arm, snapshot);
        metrics.count(SNAPSHOT_PUBLISHED);
        context.forward(record.withValue(snapshot));
    }

    private ModifierDistribution modifiers(UncertaintySnapshot draft) {
        @Nullable
        UncertaintySnapshot source = draft.getArm().equals(sourceArm) ? draft : published.get(sourceArm);
        if (source == null) {
            return ModifierDistribution.getDefaultInstance();
        }
        if (draft.getTimeMs() - source.getTimeMs() > settings.get().getSettings().getTimeToLiveMs()) {
            metrics.count(MODIFIERS_STALE);
            return ModifierDistribution.getDefaultInstance();
        }
        return source.getOwnModifiers();
    }
}
