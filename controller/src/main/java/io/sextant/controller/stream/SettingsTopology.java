package io.sextant.controller.stream;

import io.sextant.controller.ControllerConfig;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ExplorationChange;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Topic {@code exploration} to the {@link FleetSettings} of this instance, whole on every instance. */
final class SettingsTopology {
    /** Store of the settings in force. */
    static final String STORE = "exploration-settings";

    private SettingsTopology() {}

    static void build(StreamsBuilder builder, ControllerConfig config, FleetSettings fleet) {
        var change = ProtobufSerde.of(ExplorationChange.getDefaultInstance());
        // In memory, so that the topic is read from its beginning at every start.
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.String(), change)
                        .withLoggingDisabled(),
                config.kafka().topic(Topics.EXPLORATION),
                Consumed.with(Serdes.String(), change).withName("exploration-source"), () -> new Follower(fleet));
    }

    /** Hears every change once the store is restored, and what was restored at the beginning. */
    private static final class Follower implements Processor<String, ExplorationChange, Void, Void> {
        private final FleetSettings fleet;
        private KeyValueStore<String, ExplorationChange> store;

        @SuppressWarnings("NullAway.Init")
        Follower(FleetSettings fleet) {
            this.fleet = fleet;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
            fleet.take(store.get(FleetSettings.KEY));
        }

        @Override
        public void process(Record<String, ExplorationChange> record) {
            store.put(record.key(), record.value());
            if (FleetSettings.KEY.equals(record.key())) {
                fleet.take(record.value());
            }
        }
    }
}
