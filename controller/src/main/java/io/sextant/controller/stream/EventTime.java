package io.sextant.controller.stream;

import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.WinEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * When what a message tells happened, by the bidder that saw it; Kafka Streams reads topics that are joined in this
 * order. The broker's time where the message has none. Stateless, safe for any thread.
 */
final class EventTime implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long timeMs = switch (record.value()) {
            case ArmSecond second -> second.getSecondMs();
            case WinEvent win -> win.getTimeMs();
            case BillEvent bill -> bill.getTimeMs();
            case ImpressionEvent impression -> impression.getTimeMs();
            case ClickEvent click -> click.getTimeMs();
            case LeaseRequest request -> request.getTimeMs();
            case null, default -> 0;
        };
        return timeMs > 0 ? timeMs : Math.max(0, record.timestamp());
    }
}
