package io.sextant.controller.modifier;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.GuardState;
import io.sextant.controller.state.PremiumPane;
import io.sextant.controller.stream.ProtobufSerde;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** A publisher with stores of its own, and settings that a test may change. */
final class PublisherDriver implements AutoCloseable {
    final ControllerMetrics metrics = new ControllerMetrics(new SimpleMeterRegistry());
    final ControllerConfig config;
    private final MockProcessorContext<String, UncertaintySnapshot> context;
    private final KeyValueStore<String, UncertaintySnapshot> published;
    private final KeyValueStore<String, PremiumPane> premiums;
    private final KeyValueStore<String, GuardState> states;
    private SnapshotPublisher publisher;
    private ExplorationChange settings;

    PublisherDriver(Path stateDir, Map<String, String> overrides) {
        config = new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, overrides);
        settings = ExplorationChange.newBuilder().setSettings(config.exploration().settings()).build();
        context = new MockProcessorContext<>(new java.util.Properties(),
                new org.apache.kafka.streams.processor.TaskId(0, 0),
                stateDir.toFile());
        published = store(SnapshotPublisher.PUBLISHED, UncertaintySnapshot.getDefaultInstance());
        premiums = store(SnapshotPublisher.PREMIUMS, PremiumPane.getDefaultInstance());
        states = store(SnapshotPublisher.GUARD, GuardState.getDefaultInstance());
        publisher = start();
    }

    private <T extends com.google.protobuf.MessageLite> KeyValueStore<String, T> store(String name, T defaultInstance) {
        KeyValueStore<String, T> store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name),
                Serdes.String(), ProtobufSerde.of(defaultInstance)).withLoggingDisabled().withCachingDisabled().build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }

    private SnapshotPublisher start() {
        var started = new SnapshotPublisher(config, () -> settings, metrics);
        started.init(context);
        return started;
    }

    /** Another instance goes on with what the stores hold. */
    void restart() {
        publisher.close();
        publisher = start();
    }

    ExplorationSettings settings() {
        return settings.getSettings();
    }

    void set(ExplorationSettings.Builder changed) {
        settings = settings.toBuilder().setVersion(settings.getVersion() + 1).setSettings(changed).build();
    }

    /** What is published when this comes. */
    List<UncertaintySnapshot> send(Message message, long timeMs) {
        context.resetForwards();
        String arm = message instanceof Charge charge ? charge.getArm() : ((UncertaintySnapshot) message).getArm();
        publisher.process(new Record<>(arm, message, timeMs));
        return context.forwarded().stream().<UncertaintySnapshot>map(captured -> captured.record().value()).toList();
    }

    GuardState state() {
        return states.get("guard");
    }

    UncertaintySnapshot published(String arm) {
        return published.get(arm);
    }

    long panes() {
        return premiums.approximateNumEntries();
    }

    double gauge(String name, String... tags) {
        return metrics.registry().get("sextant.controller.exploration." + name).tags(tags).gauge().value();
    }

    @Override
    public void close() {
        publisher.close();
        published.close();
        premiums.close();
        states.close();
    }
}
