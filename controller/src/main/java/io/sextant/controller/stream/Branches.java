package io.sextant.controller.stream;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import io.sextant.protocol.Topics;
import java.util.Locale;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** Where streams of messages begin and part. */
final class Branches {
    private Branches() {}

    /** A topic's messages in event time, read from its beginning the first time; those without a value are counted. */
    static <T extends Message> KStream<String, T> source(StreamsBuilder builder, ControllerConfig config, Topics topic,
            T defaultInstance, ControllerMetrics metrics) {
        String name = topic.name().toLowerCase(Locale.ROOT);
        return builder
                .stream(config.kafka().topic(topic),
                        Consumed.with(Serdes.String(), ProtobufSerde.of(defaultInstance))
                                .withTimestampExtractor(new EventTime()).withName(name + "-source"))
                .filter((_, value) -> {
                    // The broker may hold anything, whatever the types say.
                    boolean present = value != null;
                    if (!present) {
                        metrics.count(ControllerCounter.UNREADABLE);
                    }
                    return present;
                }, Named.as(name + "-present"));
    }

    /** The messages of one kind. */
    static <T extends Message> KStream<String, T> only(KStream<String, Message> messages, Class<T> kind, String name) {
        return messages.filter((_, message) -> kind.isInstance(message), Named.as(name + "-only"))
                .mapValues(kind::cast, Named.as(name + "-cast"));
    }
}
