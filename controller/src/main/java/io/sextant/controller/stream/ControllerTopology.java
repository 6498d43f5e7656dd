package io.sextant.controller.stream;

import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** All of the controller's topologies in one application. */
public final class ControllerTopology {
    private ControllerTopology() {}

    /** Topics that are read. */
    public static List<Topics> inputs() {
        return List.of(Topics.UNCERTAINTY, Topics.WINS, Topics.BILLS, Topics.IMPRESSIONS, Topics.CLICKS,
                Topics.LEASE_REQUESTS, Topics.EXPLORATION);
    }

    /** Topics that are joined by key, or with what comes of those that are, and so must have the same number of partitions. */
    public static List<Topics> joined() {
        return List.of(Topics.WINS, Topics.BILLS, Topics.IMPRESSIONS, Topics.CLICKS, Topics.LEASE_REQUESTS);
    }

    /** Topics that are written. */
    public static List<Topics> outputs() {
        return List.of(Topics.SNAPSHOTS, Topics.EXAMPLES, Topics.METRICS, Topics.SPEND, Topics.LEASES, Topics.STOPS,
                Topics.LEDGER_HEARTBEATS);
    }

    /**
     * The whole topology.
     *
     * @param fleet      is told of the settings in the topic, and asked for those in force
     * @param partitions of the topics that are joined
     */
    public static Topology build(ControllerConfig config, FleetSettings fleet, ControllerMetrics metrics,
            int partitions, Properties properties) {
        var builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        SettingsTopology.build(builder, config, fleet);
        var notices = AttributionTopology.build(builder, config, metrics);
        var seconds = UncertaintyTopology.build(builder, config, fleet, metrics, notices.charges());
        MetricsTopology.build(config, seconds.merge(notices.minutes()));
        LedgerTopology.build(builder, config, metrics, partitions, notices.settlements());
        return builder.build(properties);
    }

    /**
     * The last snapshot of every arm, by arm; the same on every instance.
     *
     * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while the instance starts or stops
     */
    public static SortedMap<String, UncertaintySnapshot> latestSnapshots(KafkaStreams streams) {
        ReadOnlyKeyValueStore<String, UncertaintySnapshot> store = streams.store(StoreQueryParameters
                .fromNameAndType(UncertaintyTopology.LATEST, QueryableStoreTypes.keyValueStore()));
        var latest = new TreeMap<String, UncertaintySnapshot>();
        try (KeyValueIterator<String, UncertaintySnapshot> all = store.all()) {
            all.forEachRemaining(entry -> latest.put(entry.key, entry.value));
        }
        return latest;
    }
}
