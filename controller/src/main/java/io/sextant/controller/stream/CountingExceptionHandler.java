package io.sextant.controller.stream;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and passes over records that cannot be read, that fail in processing, or are too large to write; a failure of Kafka or of the
 * state is neither, and stops the thread, which is then replaced. Kafka Streams makes it by name.
 */
public final class CountingExceptionHandler
        implements
            DeserializationExceptionHandler,
            ProcessingExceptionHandler,
            ProductionExceptionHandler {
    /** Key of the {@link ControllerMetrics} in Kafka Streams' configuration. */
    public static final String METRICS = "sextant.controller.metrics";

    private static final Logger LOG = LoggerFactory.getLogger(CountingExceptionHandler.class);

    private ControllerMetrics metrics;

    /** For Kafka Streams. */
    @SuppressWarnings("NullAway.Init")
    public CountingExceptionHandler() {}

    @Override
    public void configure(Map<String, ?> configs) {
        if (!(configs.get(METRICS) instanceof ControllerMetrics given)) {
            throw new IllegalArgumentException(METRICS + " is not set");
        }
        metrics = given;
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(ErrorHandlerContext context,
            ConsumerRecord<byte[], byte[]> record, Exception failure) {
        metrics.count(ControllerCounter.UNREADABLE);
        // Kafka Streams has logged it.
        return DeserializationExceptionHandler.Response.resume();
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(ErrorHandlerContext context, Record<?, ?> record,
            Exception failure) {
        if (failure instanceof KafkaException) {
            return ProcessingExceptionHandler.Response.fail();
        }
        metrics.count(ControllerCounter.FAILED);
        LOG.error("record passed over: topic {}, partition {}, offset {}, processor {}", context.topic(),
                context.partition(), context.offset(), context.processorNodeId(), failure);
        return ProcessingExceptionHandler.Response.resume();
    }

    @Override
    public ProductionExceptionHandler.Response handleError(ErrorHandlerContext context,
            ProducerRecord<byte[], byte[]> record, Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            metrics.count(ControllerCounter.TOO_LARGE);
            LOG.error(
                    "message not written, topic {}: {}; lower exploration.cells-max or raise the topic's max.message.bytes",
                    record.topic(), failure.getMessage());
            return ProductionExceptionHandler.Response.resume();
        }
        return ProductionExceptionHandler.Response.fail();
    }
}
