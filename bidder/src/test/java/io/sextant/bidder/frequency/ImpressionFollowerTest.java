package io.sextant.bidder.frequency;

import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.FrequencyCap;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.frequency.FrequencyConfig.Policy;
import io.sextant.bidder.frequency.ImpressionFollower.Event;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.UnitKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ImpressionFollowerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final TopicPartition PIXELS = new TopicPartition("impressions", 0);
    private static final TopicPartition BILLS = new TopicPartition("bills", 0);
    private static final Campaign ONCE = campaign("c").caps(new FrequencyCap(1, Duration.ofHours(1))).build();

    private final InstantSource clock = InstantSource.system();
    private final Counts<Event> counts = Counts.register(new SimpleMeterRegistry(), "frequency", "Notices.", "event",
            Event.class);
    private final FrequencyBook book = new FrequencyBook(new FrequencyConfig(Policy.NO_BID, Policy.NO_BID,
            Duration.ofMinutes(1), Duration.ofDays(7), 1_000), clock);

    /** Answers where an hour ago was; MockConsumer cannot. */
    private static final class Broker extends MockConsumer<String, byte[]> {
        final Map<TopicPartition, OffsetAndTimestamp> firsts = new ConcurrentHashMap<>();
        volatile Map<TopicPartition, Long> asked = Map.of();

        Broker(Map<TopicPartition, Long> ends) {
            super("earliest");
            Node node = new Node(0, "x", 1);
            for (TopicPartition partition : List.of(PIXELS, BILLS)) {
                updatePartitions(partition.topic(),
                        List.of(new PartitionInfo(partition.topic(), 0, node, new Node[]{node}, new Node[]{node})));
            }
            updateBeginningOffsets(Map.of(PIXELS, 0L, BILLS, 0L));
            updateEndOffsets(new HashMap<>(ends));
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times,
                Duration timeout) {
            asked = Map.copyOf(times);
            return Map.copyOf(firsts);
        }
    }

    private static BidFacts bid(String id, long unit, long timeMs) {
        return BidFacts.newBuilder().setBidId(id).setUnitKind(UnitKind.UNIT_DEVICE).setUnitHash(unit)
                .setCampaignId("c").setBidTimeMs(timeMs).build();
    }

    private static ConsumerRecord<String, byte[]> message(TopicPartition partition, long offset, MessageLite event) {
        return new ConsumerRecord<>(partition.topic(), 0, offset, "bid", event.toByteArray());
    }

    private boolean capped(long unit) {
        return book.of(UnitKind.UNIT_DEVICE, unit, clock.millis()).isCapped(ONCE, clock.millis());
    }

    @Test
    void shouldReadBackByTheLongestCapAndThenGoOn() {
        long nowMs = clock.millis();
        var broker = new Broker(Map.of(PIXELS, 12L, BILLS, 30L));
        broker.firsts.put(PIXELS, new OffsetAndTimestamp(10, nowMs, Optional.empty()));
        broker.schedulePollTask(() -> {
            broker.addRecord(message(PIXELS, 10,
                    ImpressionEvent.newBuilder().setBid(bid("a", 1, nowMs)).build()));
            broker.addRecord(message(PIXELS, 11,
                    ImpressionEvent.newBuilder().setBid(bid("b", 2, nowMs)).build()));
        });
        book.follow(new Catalogue("1", List.of(ONCE)));
        assertThat(capped(3)).as("not read yet").isTrue();

        try (var _ = new ImpressionFollower(KafkaConfig.of("x:1"), () -> broker, book, counts, clock)) {
            await().atMost(SOON).until(() -> book.isKnown(clock.millis()));
            assertThat(capped(1)).isTrue();
            assertThat(capped(2)).isTrue();
            assertThat(capped(3)).isFalse();
            assertThat(broker.asked.get(PIXELS)).isBetween(nowMs - 3_600_000, clock.millis() - 3_600_000);

            broker.schedulePollTask(() -> {
                broker.addRecord(message(BILLS, 30, BillEvent.newBuilder().setBid(bid("c", 3, nowMs)).build()));
                broker.addRecord(new ConsumerRecord<>("bills", 0, 31, "bid",
                        "\u00ff\u00ff".getBytes(StandardCharsets.ISO_8859_1)));
            });
            await().atMost(SOON).until(() -> counts.count(Event.MALFORMED) == 1);
            assertThat(capped(3)).as("a bill tells an impression, too").isTrue();
        }
        assertThat(counts.count(Event.IMPRESSION)).isEqualTo(2);
        assertThat(counts.count(Event.BILL)).isOne();
    }

    @Test
    void shouldBeginAnewWithAnotherConsumerWhenOneFails() {
        var broken = new Broker(Map.of(PIXELS, 0L, BILLS, 0L));
        broken.setPollException(new KafkaException("away"));
        var second = new Broker(Map.of(PIXELS, 0L, BILLS, 0L));
        var consumers = List.of(broken, second).iterator();
        book.follow(new Catalogue("1", List.of(ONCE)));

        try (var _ = new ImpressionFollower(KafkaConfig.of("x:1"), consumers::next, book, counts, clock)) {
            await().atMost(SOON).until(() -> !second.asked.isEmpty() && book.isKnown(clock.millis()));
        }
        assertThat(counts.count(Event.RECONNECT)).isOne();
    }

    @Test
    void shouldReadNothingAsLongAsNobodyHasCaps() {
        var broker = new Broker(Map.of(PIXELS, 0L, BILLS, 0L));

        try (var _ = new ImpressionFollower(KafkaConfig.of("x:1"), () -> broker, book, counts, clock)) {
            await().atMost(SOON).until(() -> broker.paused().size() == 2);
            assertThat(broker.asked).isEmpty();
            book.follow(new Catalogue("1", List.of(ONCE)));
            await().atMost(SOON).until(() -> book.isKnown(clock.millis()));
        }
    }
}
