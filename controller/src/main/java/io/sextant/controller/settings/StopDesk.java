package io.sextant.controller.settings;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.KafkaConfig;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.StopOrder;
import io.sextant.protocol.event.StopScope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes operators' orders to stop bidding into topic {@code stops}, which every bidder follows. The last order of a scope
 * and id holds, whichever instance wrote it.
 *
 * <p>
 * Threading: for any thread that may wait for Kafka.
 */
public final class StopDesk {
    private static final Logger AUDIT = LoggerFactory.getLogger("sextant.audit");
    private static final Logger LOG = LoggerFactory.getLogger(StopDesk.class);
    private static final String SCOPE = "STOP_";
    private static final int ID_LENGTH_MAX = 200;
    private static final int REASON_LENGTH_MAX = 500;

    private final OperatorTopic topic;
    private final ControllerMetrics metrics;
    private final InstantSource clock;

    /**
     * What an operator wants.
     *
     * @param scope         everything, campaign, advertiser or exchange
     * @param id            of the campaign, advertiser or exchange; empty for everything
     * @param stopped       whether to stop, or to go on
     * @param actor         who wants it
     * @param reason        why, for people; may be empty
     * @param remoteAddress where it comes from
     */
    public record Request(String scope, String id, boolean stopped, String actor, String reason,
            String remoteAddress) {}

    /** Writes to the topic of {@code kafka}. */
    public StopDesk(KafkaConfig kafka, ControllerMetrics metrics, InstantSource clock) {
        this.topic = new OperatorTopic(kafka, Topics.STOPS, "stops");
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * What is stopped, by scope and id.
     *
     * @throws KafkaException if Kafka does not answer in time
     */
    public List<StopOrder> inForce() {
        var orders = new TreeMap<String, StopOrder>();
        topic.read(record -> {
            StopOrder order = parsed(record);
            if (order.getStopped()) {
                orders.put(record.key(), order);
            } else {
                orders.remove(record.key());
            }
        });
        return List.copyOf(orders.values());
    }

    /* One that nobody can read stops nothing: bidders pass over it, too. */
    private static StopOrder parsed(ConsumerRecord<String, byte[]> record) {
        try {
            return record.value() == null ? StopOrder.getDefaultInstance() : StopOrder.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("topic {}, partition {}, offset {}: not a message of this topic, passed over", record.topic(),
                    record.partition(), record.offset());
            return StopOrder.getDefaultInstance();
        }
    }

    /**
     * Writes an order, once every replica has it.
     *
     * @throws ConfigurationException if it cannot be used; nothing is written
     * @throws KafkaException         if Kafka does not take it in time; whether it was written is not known
     * @throws InterruptedException   if the thread is interrupted
     */
    public void write(Request request) throws InterruptedException {
        StopOrder order = order(request);
        try (var producer = new KafkaProducer<String, byte[]>(topic.producer())) {
            producer.send(new ProducerRecord<>(topic.name(), key(order), order.toByteArray()))
                    .get(OperatorTopic.TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the order was not acknowledged", e);
        }
        metrics.count(ControllerCounter.STOP_WRITTEN);
        AUDIT.info("{} {}, {}, by {} (admin port, from {}): {}", order.getStopped() ? "stop" : "go on", key(order),
                Instant.ofEpochMilli(order.getTimeMs()), order.getChangedBy(), request.remoteAddress,
                order.getReason().isEmpty() ? "no reason given" : order.getReason());
    }

    private StopOrder order(Request request) {
        StopScope scope = scope(request.scope);
        if (scope == StopScope.STOP_EVERYTHING ? !request.id.isEmpty() : !isPlain(request.id, ID_LENGTH_MAX)) {
            throw new ConfigurationException(scope == StopScope.STOP_EVERYTHING
                    ? "id is " + request.id + ", but everything has none"
                    : "id must name the " + word(scope) + ", in at most " + ID_LENGTH_MAX + " plain characters");
        }
        if (!request.reason.isEmpty() && !isPlain(request.reason, REASON_LENGTH_MAX)) {
            throw new ConfigurationException(
                    "reason must be one line of at most " + REASON_LENGTH_MAX + " plain characters");
        }
        return StopOrder.newBuilder().setScope(scope).setId(request.id).setStopped(request.stopped)
                .setChangedBy(request.actor).setReason(request.reason).setTimeMs(clock.millis()).build();
    }

    private static StopScope scope(String word) {
        for (StopScope scope : StopScope.values()) {
            if (scope != StopScope.UNRECOGNIZED && word(scope).equals(word)) {
                return scope;
            }
        }
        throw new ConfigurationException(
                "scope is \"" + word + "\", must be one of everything, campaign, advertiser, exchange");
    }

    /** The scope as people write it. */
    public static String word(StopScope scope) {
        return scope.name().substring(SCOPE.length()).toLowerCase(Locale.ROOT);
    }

    private static boolean isPlain(String text, int lengthMax) {
        return !text.isBlank() && text.length() <= lengthMax && text.chars().noneMatch(Character::isISOControl);
    }

    private static String key(StopOrder order) {
        return order.getScope() == StopScope.STOP_EVERYTHING ? word(order.getScope())
                : word(order.getScope()) + "/" + order.getId();
    }
}
