package io.sextant.perf.loop;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.state.Charge;
import io.sextant.controller.stream.ControllerProcessors;
import io.sextant.controller.stream.ControllerProcessors.Part;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The controller without Kafka, on the market's clock: its own processors for windows, attribution, guard and publication,
 * which hand their results to each other in the order in which they come. Threading: one thread at a time.
 */
/*
 * The contexts are those of Kafka's test kit. Its driver of whole topologies does the same, and cannot be used here: it
 * commits, and brings every store to the disk, with every record, which takes some milliseconds each.
 */
public final class SimulatedController implements AutoCloseable {
    private static final long TICK_MS = 1000;

    private final ControllerMetrics metrics = new ControllerMetrics(new SimpleMeterRegistry());
    private final Driven<ArmSecond, Message> windows;
    private final Driven<Message, Message> attribution;
    private final Driven<Message, UncertaintySnapshot> publication;
    private final Map<String, UncertaintySnapshot> snapshots = new LinkedHashMap<>();
    private final Map<String, List<Example>> examples = new LinkedHashMap<>();
    private long nowMs;

    /** One that has heard of nothing yet. */
    public SimulatedController(ControllerConfig config) {
        var settings = new FleetSettings(config, metrics);
        this.windows = new Driven<>(ControllerProcessors.windows(config, settings, metrics));
        this.attribution = new Driven<>(ControllerProcessors.attribution(config, metrics));
        this.publication = new Driven<>(ControllerProcessors.snapshots(config, settings, metrics));
    }

    /** What a processor forwarded. */
    private record Outcome(Message value, long timeMs) {}

    private static Properties properties() {
        var properties = new Properties();
        // As the controller has it; without it, every context warns.
        properties.put("processing.exception.handler.global.enabled", true);
        return properties;
    }

    /** A processor in its context. */
    private static final class Driven<I, O extends Message> implements AutoCloseable {
        private final MockProcessorContext<String, O> context = new MockProcessorContext<>(properties(),
                new TaskId(0, 0), new File("unused: all stores are in memory"));
        private final Part<I, O> part;
        private final List<StateStore> stores = new ArrayList<>();

        Driven(Part<I, O> part) {
            this.part = part;
            part.stores().forEach(builder -> {
                StateStore store = builder.withCachingDisabled().withLoggingDisabled().build();
                store.init(context.getStateStoreContext(), store);
                context.addStateStore(store);
                stores.add(store);
            });
            context.setCurrentSystemTimeMs(0);
            part.processor().init(context);
        }

        void send(String key, I value, long timeMs, long nowMs, Consumer<Outcome> to) {
            context.setCurrentSystemTimeMs(nowMs);
            part.processor().process(new Record<>(key, value, timeMs));
            forward(to);
        }

        void tick(long nowMs, Consumer<Outcome> to) {
            context.setCurrentSystemTimeMs(nowMs);
            context.scheduledPunctuators().forEach(scheduled -> scheduled.getPunctuator().punctuate(nowMs));
            forward(to);
        }

        private void forward(Consumer<Outcome> to) {
            context.forwarded().forEach(captured -> to.accept(
                    new Outcome(captured.record().value(), captured.record().timestamp())));
            context.resetForwards();
        }

        @Override
        public void close() {
            part.processor().close();
            stores.forEach(StateStore::close);
        }
    }

    /**
     * Hears what happened up to a moment.
     *
     * @param notices in the order in which they came
     * @param seconds what arms did
     * @param toMs    the moment, milliseconds since the epoch; does not go back
     */
    void hear(List<Message> notices, List<ArmSecond> seconds, long toMs) {
        nowMs = toMs;
        for (Message notice : notices) {
            switch (notice) {
                case BillEvent bill -> attribution.send(bill.getBid().getBidId(), bill, bill.getTimeMs(), toMs,
                        this::attributed);
                case ClickEvent click -> attribution.send(click.getBid().getBidId(), click, click.getTimeMs(), toMs,
                        this::attributed);
                default -> throw new IllegalArgumentException(notice.getClass().getSimpleName());
            }
        }
        for (ArmSecond second : seconds) {
            windows.send(second.getArm(), second, second.getSecondMs(), toMs, this::drafted);
        }
    }

    /** Hears of nothing until then; labels that wait go out. */
    void idle(long toMs) {
        while (nowMs < toMs) {
            nowMs = Math.min(toMs, nowMs + TICK_MS);
            attribution.tick(nowMs, this::attributed);
        }
    }

    private void attributed(Outcome outcome) {
        switch (outcome.value()) {
            case Example example -> examples.computeIfAbsent(example.getArm(), _ -> new ArrayList<>()).add(example);
            case Charge charge -> publication.send(charge.getArm(), charge, outcome.timeMs(), nowMs,
                    this::published);
            default -> {
                // Minutes and spend are for reports and budgets.
            }
        }
    }

    private void drafted(Outcome outcome) {
        if (outcome.value() instanceof UncertaintySnapshot draft) {
            publication.send(draft.getArm(), draft, outcome.timeMs(), nowMs, this::published);
        }
    }

    private void published(Outcome outcome) {
        if (outcome.value() instanceof UncertaintySnapshot snapshot) {
            snapshots.put(snapshot.getArm(), snapshot);
        }
    }

    /** The last snapshot of each arm that has a new one since the last call. */
    List<UncertaintySnapshot> takeSnapshots() {
        List<UncertaintySnapshot> taken = List.copyOf(snapshots.values());
        snapshots.clear();
        return taken;
    }

    /** Examples of an arm since the last call, in order. */
    List<Example> takeExamples(String arm) {
        List<Example> taken = examples.remove(arm);
        return taken == null ? List.of() : taken;
    }

    /** What it has counted. */
    ControllerMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        windows.close();
        attribution.close();
        publication.close();
    }
}
