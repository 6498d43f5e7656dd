package io.sextant.controller.stream;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.ledger.LedgerProcessor;
import io.sextant.controller.state.LedgerAccount;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Settlements and topic {@code lease-requests} to topics {@code leases}, {@code spend} and {@code ledger-heartbeats}. Both
 * inputs have the same keys and number of partitions, so that all of an account meets.
 */
final class LedgerTopology {
    private LedgerTopology() {}

    /**
     * Adds it to the builder.
     *
     * @param partitions  of topic {@code lease-requests}
     * @param settlements key campaign/arm, each charge and click once
     */
    static void build(StreamsBuilder builder, ControllerConfig config, ControllerMetrics metrics, int partitions,
            KStream<String, Settlement> settlements) {
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(LedgerProcessor.ACCOUNTS),
                Serdes.String(), ProtobufSerde.of(LedgerAccount.getDefaultInstance())).withCachingEnabled());
        KStream<String, Message> settled = settlements
                .repartition(Repartitioned.<String, Settlement>as("settlements").withKeySerde(Serdes.String())
                        .withValueSerde(ProtobufSerde.of(Settlement.getDefaultInstance()))
                        .withNumberOfPartitions(partitions).withStreamPartitioner(LedgerTopology::partition))
                .mapValues(settlement -> settlement, Named.as("settlements-of-accounts"));
        // Not by way of another topic, which would cost a commit's time: bidders send them under the account's key.
        KStream<String, Message> requests = Branches
                .source(builder, config, Topics.LEASE_REQUESTS, LeaseRequest.getDefaultInstance(), metrics)
                .mapValues(request -> request, Named.as("requests-of-accounts"));
        KStream<String, Message> outcomes = settled.merge(requests, Named.as("settlements-and-requests"))
                .process(() -> new LedgerProcessor(config.ledger(), partitions, metrics), Named.as("ledger"),
                        LedgerProcessor.ACCOUNTS);
        Branches.only(outcomes, CampaignSpend.class, "spend").to(config.kafka().topic(Topics.SPEND),
                Produced.with(Serdes.String(), ProtobufSerde.of(CampaignSpend.getDefaultInstance())));
        Branches.only(outcomes, LeaseGrant.class, "leases")
                .mapValues(grant -> grant.getLeaseId() == 0 ? null : grant, Named.as("leases-deleted"))
                .to(config.kafka().topic(Topics.LEASES),
                        Produced.with(Serdes.String(), ProtobufSerde.of(LeaseGrant.getDefaultInstance())));
        Branches.only(outcomes, LedgerHeartbeat.class, "heartbeats").to(
                config.kafka().topic(Topics.LEDGER_HEARTBEATS),
                Produced.with(Serdes.String(), ProtobufSerde.of(LedgerHeartbeat.getDefaultInstance())));
    }

    /* By key, as bidders' requests are, but for what is meant for one partition. */
    private static Optional<Set<Integer>> partition(String topic, @Nullable String key, Settlement settlement,
            int partitions) {
        return settlement.hasPulsePartition() ? Optional.of(Set.of(settlement.getPulsePartition() % partitions))
                : Optional.empty();
    }
}
