package io.sextant.bidder.spending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.event.Outbox;
import io.sextant.bidder.spending.SpendingDesk.Event;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.event.StopOrder;
import io.sextant.protocol.event.StopScope;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpendingDeskTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long NOON_MS = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();
    private static final long BID = NeutralBidder.BID;

    private final AtomicLong nowMs = new AtomicLong(NOON_MS);
    private final NeutralBidder bidder = new NeutralBidder(CampaignBuilder.campaign("c").budget(100).build());
    private final Treasury treasury = bidder.treasury(BudgetConfig.Leases.LEDGER, 1_000 * BID, NOON_MS - 100_000);
    private final FakeLedger ledger = new FakeLedger(1_000 * BID);
    private final Counts<Event> counts = Counts.register(new SimpleMeterRegistry(), "spending", "Spending.", "event",
            Event.class);
    private final MockProducer<String, byte[]> producer = new MockProducer<>(true, null, new StringSerializer(),
            new ByteArraySerializer());
    private final Outbox outbox = new Outbox("leases", 100, () -> producer,
            Counts.register(new SimpleMeterRegistry(), "drops", "Drops.", "reason", Outbox.Drop.class));
    private final Map<String, Long> offsets = new HashMap<>();
    private MockConsumer<String, byte[]> consumer = consumer();

    @AfterEach
    void close() {
        outbox.close();
    }

    private SpendingDesk desk() {
        return new SpendingDesk(KafkaConfig.of("x:1"), () -> consumer, treasury.accounts, treasury.reservations,
                treasury.pulse, outbox, counts, () -> Instant.ofEpochMilli(nowMs.get()));
    }

    private MockConsumer<String, byte[]> consumer() {
        var made = new MockConsumer<String, byte[]>("earliest");
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (String topic : List.of("leases", "stops", "ledger-heartbeats")) {
            made.updatePartitions(topic,
                    List.of(new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0])));
            ends.put(new TopicPartition(topic, 0), offsets.getOrDefault(topic, 0L));
        }
        made.updateBeginningOffsets(ends);
        made.updateEndOffsets(ends);
        return made;
    }

    private void tell(String topic, String key, @Nullable MessageLite value) {
        consumer.schedulePollTask(() -> consumer.addRecord(new ConsumerRecord<>(topic, 0,
                offsets.merge(topic, 1L, Long::sum) - 1, key, value == null ? null : value.toByteArray())));
    }

    private void beat() {
        double heard = counts.count(Event.HEARTBEAT);
        tell("ledger-heartbeats", "0",
                LedgerHeartbeat.newBuilder().setPartitions(1).setTimeMs(nowMs.get()).build());
        await().atMost(SOON).until(() -> counts.count(Event.HEARTBEAT) > heard);
    }

    private NoBidReason reason() {
        return bidder.bid(treasury, nowMs.get()).reason();
    }

    private LeaseRequest asked(int number) throws InvalidProtocolBufferException {
        await().atMost(SOON).until(() -> producer.history().size() > number);
        ProducerRecord<String, byte[]> sent = producer.history().get(number);
        assertThat(sent.topic()).isEqualTo("lease-requests");
        assertThat(sent.key()).isEqualTo("c/neutral");
        return LeaseRequest.parseFrom(sent.value());
    }

    @Test
    void shouldAskTheLedgerAndBidFromWhatItGrantsAndEndItsLeases() throws Exception {
        LeaseRequest first;
        try (SpendingDesk _ = desk()) {
            assertThat(reason()).isEqualTo(NoBidReason.LEDGER_SILENT);
            beat();
            assertThat(reason()).isEqualTo(NoBidReason.NO_LEASE);
            first = asked(0);
            tell("leases", Long.toHexString(first.getLeaseId()),
                    ledger.answer(first).toBuilder().setBidder("bidder-2").build());
            tell("leases", Long.toHexString(first.getLeaseId()), ledger.grant(first.getLeaseId()));
            await().atMost(SOON).until(() -> counts.count(Event.GRANT) == 2);

            assertThat(reason()).isEqualTo(NoBidReason.NONE);
            assertThat(treasury.reservations.size()).isOne();

            tell("leases", HexFormat.of().toHexDigits(first.getLeaseId()), null);
            await().atMost(SOON).until(() -> reason() == NoBidReason.NO_LEASE);
            LeaseRequest second = asked(1);
            assertThat(second.getLeaseId()).isNotEqualTo(first.getLeaseId());
        }
        LeaseRequest last = asked(2);
        assertThat(last.getClosing()).isTrue();
        assertThat(last.getLeaseId()).isNotEqualTo(first.getLeaseId());
    }

    @Test
    void shouldGiveBackWhatIsOpenForTooLong() throws Exception {
        try (SpendingDesk _ = desk()) {
            beat();
            assertThat(reason()).isEqualTo(NoBidReason.NO_LEASE);
            LeaseRequest first = asked(0);
            tell("leases", Long.toHexString(first.getLeaseId()), ledger.answer(first));
            await().atMost(SOON).until(() -> counts.count(Event.GRANT) == 1);
            assertThat(reason()).isEqualTo(NoBidReason.NONE);

            nowMs.addAndGet(Duration.ofMinutes(11).toMillis());

            await().atMost(SOON).until(() -> treasury.reservations.size() == 0);
        }
    }

    @Test
    void shouldReadAllStopsBeforeItHearsOfTheLedgerAndFollowThemThen() {
        consumer.updateEndOffsets(Map.of(new TopicPartition("stops", 0), 2L));
        StopOrder stop = StopOrder.newBuilder().setScope(StopScope.STOP_EXCHANGE).setId("adx").setStopped(true)
                .build();
        try (SpendingDesk _ = desk()) {
            tell("stops", "exchange/adx", stop);
            tell("stops", "exchange/other", stop.toBuilder().setId("other").build());
            await().atMost(SOON).until(() -> counts.count(Event.STOP) == 2);
            beat();
            assertThat(reason()).isEqualTo(NoBidReason.STOPPED);

            tell("stops", "exchange/adx", null);
            await().atMost(SOON).until(() -> reason() == NoBidReason.NO_LEASE);
            tell("stops", "everything", StopOrder.newBuilder().setStopped(true).build());
            await().atMost(SOON).until(() -> reason() == NoBidReason.STOPPED);
            tell("stops", "everything", StopOrder.newBuilder().setStopped(false).build());
            await().atMost(SOON).until(() -> reason() == NoBidReason.NO_LEASE);
        }
    }

    @Test
    void shouldConnectAgainAndCountWhatIsNotReadable() {
        try (SpendingDesk _ = desk()) {
            beat();
            consumer.schedulePollTask(() -> consumer.addRecord(
                    new ConsumerRecord<>("leases", 0, offsets.merge("leases", 1L, Long::sum) - 1, "7", new byte[]{1})));
            tell("leases", "no number", null);
            await().atMost(SOON).until(() -> counts.count(Event.MALFORMED) == 2);
            MockConsumer<String, byte[]> broken = consumer;
            consumer = consumer();
            broken.schedulePollTask(() -> {
                throw new KafkaException("gone");
            });
            await().atMost(SOON).until(() -> counts.count(Event.RECONNECT) == 1);
            nowMs.addAndGet(100_000);
            assertThat(reason()).isEqualTo(NoBidReason.LEDGER_SILENT);
            beat();
            assertThat(reason()).isEqualTo(NoBidReason.NO_LEASE);
        }
    }
}
