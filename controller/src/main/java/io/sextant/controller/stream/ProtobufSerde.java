package io.sextant.controller.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.NullUnmarked;

/**
 * One kind of protobuf message as a Kafka value. A null stays null, as Kafka's tombstones need. Guarantees: stateless,
 * safe for any thread.
 *
 * @param <T> the message
 */
public final class ProtobufSerde<T extends MessageLite> implements Serde<T> {
    private final Parser<T> parser;

    /** Makes one for the messages that the parser reads. */
    public ProtobufSerde(Parser<T> parser) {
        this.parser = parser;
    }

    /** Makes one for the kind of message that {@code defaultInstance} is of. */
    @SuppressWarnings("unchecked")
    public static <T extends MessageLite> ProtobufSerde<T> of(T defaultInstance) {
        return new ProtobufSerde<>((Parser<T>) defaultInstance.getParserForType());
    }

    @Override
    @NullUnmarked
    public Serializer<T> serializer() {
        return (_, message) -> message == null ? null : message.toByteArray();
    }

    /** Fails with a SerializationException that names the topic where the bytes are not such a message. */
    @Override
    @NullUnmarked
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            try {
                return parser.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new SerializationException("topic " + topic + ": not a message of this topic", e);
            }
        };
    }
}
