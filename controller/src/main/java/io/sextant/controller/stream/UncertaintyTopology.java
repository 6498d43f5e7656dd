package io.sextant.controller.stream;

import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.state.ArmClock;
import io.sextant.controller.state.Charge;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Topic {@code uncertainty} to topic {@code snapshots}.
 *
 * <p>
 * Arms are kept apart by partition as far as their windows are summed. The drafts of all arms then meet in one
 * partition, a message per arm and publication, because a blind arm is told the modifiers of another arm.
 */
final class UncertaintyTopology {
    /** Store with the last snapshot of each arm of the whole installation, on every instance. */
    static final String LATEST = "latest-snapshots";

    private UncertaintyTopology() {}

    /**
     * Adds it to the builder; the result is what the seconds add to their arms' minutes, key arm.
     *
     * @param charges what impressions cost, key arm
     */
    static KStream<String, ArmMinute> build(StreamsBuilder builder, ControllerConfig config,
            Supplier<ExplorationChange> settings, ControllerMetrics metrics, KStream<String, Charge> charges) {
        stores(Stores::persistentKeyValueStore).forEach(builder::addStateStore);

        var windows = Branches
                .source(builder, config, Topics.UNCERTAINTY, ArmSecond.getDefaultInstance(), metrics)
                .process(() -> new UncertaintyProcessor(config, settings, metrics), Named.as("uncertainty-window"),
                        UncertaintyProcessor.PANES, UncertaintyProcessor.SECONDS, UncertaintyProcessor.CLOCKS);
        SnapshotTopology.build(builder, config, settings, metrics,
                Branches.only(windows, UncertaintySnapshot.class, "window-drafts"), charges);
        builder.globalTable(config.kafka().topic(Topics.SNAPSHOTS), Consumed.with(Serdes.String(),
                ProtobufSerde.of(UncertaintySnapshot.getDefaultInstance())),
                Materialized.as(Stores.inMemoryKeyValueStore(LATEST)));
        return Branches.only(windows, ArmMinute.class, "window-minutes");
    }

    /** What the windows are kept in, in stores of that kind. */
    static List<StoreBuilder<?>> stores(Function<String, KeyValueBytesStoreSupplier> kind) {
        // Panes and seconds are written once and read rarely: a cache before these would only copy.
        return List.of(
                Stores.keyValueStoreBuilder(kind.apply(UncertaintyProcessor.PANES), Serdes.Bytes(), Serdes.ByteArray()),
                Stores.keyValueStoreBuilder(kind.apply(UncertaintyProcessor.SECONDS), Serdes.Bytes(),
                        Serdes.ByteArray()),
                Stores.keyValueStoreBuilder(kind.apply(UncertaintyProcessor.CLOCKS), Serdes.String(),
                        ProtobufSerde.of(ArmClock.getDefaultInstance())).withCachingEnabled());
    }
}
