package io.sextant.controller.stream;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.state.BidLedger;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.FeedbackHistory;
import io.sextant.controller.state.NoticeClock;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.WinEvent;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Topics {@code wins}, {@code bills}, {@code impressions} and {@code clicks} to topic {@code examples}. The four have the
 * same number of partitions, so that all notices of a bid meet.
 */
final class AttributionTopology {
    private AttributionTopology() {}

    /**
     * What else notices add to.
     *
     * @param minutes     increments of the arms' minutes, key arm
     * @param settlements charges and clicks, key campaign/arm
     * @param charges     what impressions cost, key arm
     */
    record Increments(KStream<String, ArmMinute> minutes, KStream<String, Settlement> settlements,
            KStream<String, Charge> charges) {}

    /** Adds it to the builder. */
    static Increments build(StreamsBuilder builder, ControllerConfig config, ControllerMetrics metrics) {
        stores(Stores::persistentKeyValueStore).forEach(builder::addStateStore);

        KStream<String, Notice> notices = Branches
                .source(builder, config, Topics.WINS, WinEvent.getDefaultInstance(), metrics)
                .mapValues(Notice::of, Named.as("win-notices"))
                .merge(Branches.source(builder, config, Topics.BILLS, BillEvent.getDefaultInstance(), metrics)
                        .mapValues(Notice::of, Named.as("bill-notices")), Named.as("wins-and-bills"))
                .merge(Branches
                        .source(builder, config, Topics.IMPRESSIONS, ImpressionEvent.getDefaultInstance(), metrics)
                        .mapValues(Notice::of, Named.as("impression-notices")), Named.as("with-impressions"))
                .merge(Branches.source(builder, config, Topics.CLICKS, ClickEvent.getDefaultInstance(), metrics)
                        .mapValues(Notice::of, Named.as("click-notices")), Named.as("with-clicks"));
        KStream<String, Message> outcomes = notices.process(
                () -> new AttributionProcessor(config.attribution(), metrics),
                Named.as("attribution"), AttributionProcessor.LEDGERS, AttributionProcessor.DEADLINES,
                AttributionProcessor.CLOCK, AttributionProcessor.FEEDBACK);
        Branches.only(outcomes, Example.class, "examples").to(config.kafka().topic(Topics.EXAMPLES),
                Produced.with(Serdes.String(), ProtobufSerde.of(Example.getDefaultInstance())));
        return new Increments(Branches.only(outcomes, ArmMinute.class, "notice-minutes"),
                Branches.only(outcomes, Settlement.class, "notice-settlements"),
                Branches.only(outcomes, Charge.class, "notice-charges"));
    }

    /** What notices are kept in, in stores of that kind. */
    static List<StoreBuilder<?>> stores(Function<String, KeyValueBytesStoreSupplier> kind) {
        return List.of(
                Stores.keyValueStoreBuilder(kind.apply(AttributionProcessor.LEDGERS), Serdes.String(),
                        ProtobufSerde.of(BidLedger.getDefaultInstance())).withCachingEnabled(),
                // Not cached: it is changed while it is read, and a cached entry could move behind the reader.
                Stores.keyValueStoreBuilder(kind.apply(AttributionProcessor.DEADLINES), Serdes.Bytes(),
                        Serdes.ByteArray()),
                Stores.keyValueStoreBuilder(kind.apply(AttributionProcessor.CLOCK), Serdes.String(),
                        ProtobufSerde.of(NoticeClock.getDefaultInstance())).withCachingEnabled(),
                Stores.keyValueStoreBuilder(kind.apply(AttributionProcessor.FEEDBACK), Serdes.String(),
                        ProtobufSerde.of(FeedbackHistory.getDefaultInstance())).withCachingEnabled());
    }
}
