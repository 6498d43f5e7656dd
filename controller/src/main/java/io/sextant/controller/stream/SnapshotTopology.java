package io.sextant.controller.stream;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.modifier.SnapshotPublisher;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.GuardState;
import io.sextant.controller.state.PremiumPane;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Drafts and charges of all arms, which meet in one partition, to topic {@code snapshots}. */
final class SnapshotTopology {
    private SnapshotTopology() {}

    /** Adds it to the builder; drafts and charges have key arm. */
    static void build(StreamsBuilder builder, ControllerConfig config, Supplier<ExplorationChange> settings,
            ControllerMetrics metrics, KStream<String, UncertaintySnapshot> drafts, KStream<String, Charge> charges) {
        var snapshot = ProtobufSerde.of(UncertaintySnapshot.getDefaultInstance());
        stores(Stores::persistentKeyValueStore).forEach(builder::addStateStore);

        KStream<String, Message> draftsOfAll = drafts
                .repartition(Repartitioned.<String, UncertaintySnapshot>as("window-drafts")
                        .withKeySerde(Serdes.String()).withValueSerde(snapshot).withNumberOfPartitions(1))
                .mapValues(draft -> draft, Named.as("window-drafts-of-all"));
        KStream<String, Message> chargesOfAll = charges
                .repartition(Repartitioned.<String, Charge>as("charges").withKeySerde(Serdes.String())
                        .withValueSerde(ProtobufSerde.of(Charge.getDefaultInstance())).withNumberOfPartitions(1))
                .mapValues(charge -> charge, Named.as("charges-of-all"));
        draftsOfAll.merge(chargesOfAll, Named.as("drafts-and-charges"))
                .process(() -> new SnapshotPublisher(config, settings, metrics), Named.as("snapshot-publisher"),
                        SnapshotPublisher.PUBLISHED, SnapshotPublisher.PREMIUMS, SnapshotPublisher.GUARD)
                .to(config.kafka().topic(Topics.SNAPSHOTS), Produced.with(Serdes.String(), snapshot));
    }

    /** What publishing keeps, in stores of that kind. */
    static List<StoreBuilder<?>> stores(Function<String, KeyValueBytesStoreSupplier> kind) {
        return List.of(
                Stores.keyValueStoreBuilder(kind.apply(SnapshotPublisher.PUBLISHED), Serdes.String(),
                        ProtobufSerde.of(UncertaintySnapshot.getDefaultInstance())),
                Stores.keyValueStoreBuilder(kind.apply(SnapshotPublisher.PREMIUMS), Serdes.String(),
                        ProtobufSerde.of(PremiumPane.getDefaultInstance())).withCachingEnabled(),
                Stores.keyValueStoreBuilder(kind.apply(SnapshotPublisher.GUARD), Serdes.String(),
                        ProtobufSerde.of(GuardState.getDefaultInstance())).withCachingEnabled());
    }
}
