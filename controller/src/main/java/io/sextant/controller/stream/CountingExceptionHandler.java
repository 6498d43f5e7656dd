package io.sextant.controller.stream;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and passes over records that cannot be read, and those that fail in processing; a failure of Kafka or of the
 * state is neither, and stops the thread, which is then replaced. Kafka Streams makes it by name.
 */
public final class CountingExceptionHandler implements DeserializationExceptionHandler, ProcessingExceptionHandler {
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
}
