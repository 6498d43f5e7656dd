package io.sextant.controller.stream;

import io.sextant.configuration.SkippingConsumer;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** Kafka clients for Kafka Streams; input that cannot be read is passed over and counted. Thread-safe. */
public final class StreamsClients implements KafkaClientSupplier {
    private final ControllerMetrics metrics;

    /** Makes one that counts there. */
    public StreamsClients(ControllerMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return skipping(config);
    }

    /** Not skipping: a changelog with a hole would be restored to a state that never was. */
    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return skipping(config);
    }

    /* Of the input; what the controller itself wrote between its parts is input, too. */
    private SkippingConsumer<byte[], byte[]> skipping(Map<String, Object> config) {
        return new SkippingConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer(),
                () -> metrics.count(ControllerCounter.UNREADABLE));
    }
}
