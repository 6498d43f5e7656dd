package io.sextant.controller.stream;

import io.sextant.controller.ControllerConfig;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Increments to topic {@code metrics}. Each record of it is the whole sum so far and replaces the one before it.
 */
final class MetricsTopology {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private MetricsTopology() {}

    /** Adds it to the builder that the increments come from. */
    static void build(ControllerConfig config, KStream<String, ArmMinute> minutes) {
        Duration grace = config.metrics().grace();
        var minuteSerde = ProtobufSerde.of(ArmMinute.getDefaultInstance());
        minutes.repartition(Repartitioned.<String, ArmMinute>as("arm-minutes").withKeySerde(Serdes.String())
                .withValueSerde(minuteSerde))
                .groupByKey(Grouped.with("arm-minutes-by-arm", Serdes.String(), minuteSerde))
                .windowedBy(TimeWindows.ofSizeAndGrace(MINUTE, grace))
                .aggregate(ArmMinute::getDefaultInstance, (_, increment, sum) -> add(sum, increment),
                        Named.as("arm-minutes-sum"),
                        Materialized.<String, ArmMinute, WindowStore<Bytes, byte[]>>as("arm-minutes")
                                .withKeySerde(Serdes.String()).withValueSerde(minuteSerde)
                                .withRetention(MINUTE.plus(grace)).withCachingEnabled())
                .toStream(Named.as("arm-minutes-changes"))
                .map((arm, sum) -> KeyValue.pair(arm.key() + "/" + arm.window().start(),
                        sum.toBuilder().setMinuteMs(arm.window().start()).build()), Named.as("arm-minutes-key"))
                .to(config.kafka().topic(Topics.METRICS), Produced.with(Serdes.String(), minuteSerde));
    }

    static ArmMinute add(ArmMinute sum, ArmMinute increment) {
        return sum.toBuilder().setArm(increment.getArm()).setRequests(sum.getRequests() + increment.getRequests())
                .setImpressionsOffered(sum.getImpressionsOffered() + increment.getImpressionsOffered())
                .setBids(sum.getBids() + increment.getBids()).setWins(sum.getWins() + increment.getWins())
                .setImpressions(sum.getImpressions() + increment.getImpressions())
                .setClicks(sum.getClicks() + increment.getClicks())
                .setSpendNanos(sum.getSpendNanos() + increment.getSpendNanos())
                .setUncertaintySum(sum.getUncertaintySum() + increment.getUncertaintySum())
                .setUncertaintyCount(sum.getUncertaintyCount() + increment.getUncertaintyCount())
                .setModifierSum(sum.getModifierSum() + increment.getModifierSum())
                .setModifierCount(sum.getModifierCount() + increment.getModifierCount())
                .setModelVersion(Math.max(sum.getModelVersion(), increment.getModelVersion()))
                .setSnapshotVersion(Math.max(sum.getSnapshotVersion(), increment.getSnapshotVersion())).build();
    }
}
