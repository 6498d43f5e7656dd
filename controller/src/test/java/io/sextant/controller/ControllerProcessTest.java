package io.sextant.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.KafkaClients;
import io.sextant.controller.stream.ControllerTopology;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/* One story, for a broker and two controllers take longer to start than all of it takes to check. */
class ControllerProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "open sesame";
    private static final long LEASE = 7;
    private static final long WANTED_NANOS = 50_000_000;

    @TempDir
    Path directory;

    private final List<ConsumerRecord<String, byte[]>> published = new ArrayList<>();
    private final Map<Long, Double> sent = new HashMap<>();

    @Test
    void shouldGoOnExactlyWhereItStoodWhenItIsStartedAnewWithoutItsState() throws Exception {
        try (var broker = TestBroker.start(directory.resolve("broker"))) {
            ControllerConfig config = config(broker.bootstrapServers(), directory.resolve("state"));
            UncertaintySnapshot before;
            try (var controller = ControllerProcess.start(config);
                    var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(config.kafka(), "test"));
                    var consumer = consumer(config)) {
                await().atMost(PATIENCE).until(controller::ready);
                before = firstRun(controller, producer, consumer);
            }
            delete(directory.resolve("state"));
            try (var controller = ControllerProcess.start(config);
                    var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(config.kafka(), "test"));
                    var consumer = consumer(config)) {
                secondRun(controller, producer, consumer, before);
            }
        }
    }

    private UncertaintySnapshot firstRun(ControllerProcess controller, KafkaProducer<String, byte[]> producer,
            KafkaConsumer<String, byte[]> consumer) throws Exception {
        long startMs = System.currentTimeMillis() / 1000 * 1000 - 20_000;
        producer.send(record(Topics.UNCERTAINTY, "uncertainty", "not protobuf".getBytes(StandardCharsets.UTF_8))).get();
        for (int s = 0; s < 18; s++) {
            send(producer, second("uncertainty", startMs + s * 1000L, 0.01 * (s + 1)));
        }
        send(producer, second("random", startMs + 17_000, 0.5));
        BidFacts bid = bid("b1", startMs);
        send(producer, BillEvent.newBuilder().setBid(bid).setPriceCpmMicros(900_000).setTimeMs(startMs + 1000).build());

        // Idle time closes the last panes, too.
        assertMean(awaitValue(consumer, () -> snapshotOf(18)));
        UncertaintySnapshot random = awaitValue(consumer,
                () -> snapshots("random").stream().filter(s -> s.getModifiers().getCount() > 0).findFirst()
                        .orElse(null));
        assertThat(random.getSettings().getModifierMax()).isEqualTo(2);
        awaitValue(consumer, () -> examples().isEmpty() ? null : true);
        assertThat(examples()).extracting(Example::getClick).containsExactly(false);
        CampaignSpend spend = awaitValue(consumer,
                () -> values(Topics.SPEND, CampaignSpend::parseFrom).stream().findFirst().orElse(null));
        assertThat(spend.getSpendNanos()).isEqualTo(900_000);
        awaitValue(consumer, () -> values(Topics.METRICS, ArmMinute::parseFrom).stream()
                .anyMatch(minute -> minute.getSpendNanos() == 900_000) ? true : null);
        assertThat(controller.metrics().value(ControllerCounter.UNREADABLE)).isEqualTo(1);
        spendFromALease(producer, consumer);
        assertAdminPort(controller);
        return snapshots("uncertainty").getLast();
    }

    private void spendFromALease(KafkaProducer<String, byte[]> producer, KafkaConsumer<String, byte[]> consumer)
            throws Exception {
        long nowMs = System.currentTimeMillis();
        send(producer, leaseRequest(1, nowMs));
        LeaseGrant granted = awaitValue(consumer, () -> lease(grant -> grant.getSequence() == 1));
        assertThat(granted.getGrantedNanos()).isEqualTo(WANTED_NANOS);
        assertThat(granted.getExpiresMs()).isEqualTo(nowMs + 60_000);
        // told twice, settled once, beside what was paid without a lease
        for (int copy = 0; copy < 2; copy++) {
            send(producer, leasedBill(nowMs));
        }
        LeaseGrant settled = awaitValue(consumer, () -> lease(grant -> grant.getSettledNanos() > 0));
        assertThat(settled.getSettledNanos()).isEqualTo(700_000);
        awaitValue(consumer, () -> values(Topics.LEDGER_HEARTBEATS, LedgerHeartbeat::parseFrom).stream()
                .map(LedgerHeartbeat::getPartition).distinct().count() == 2 ? true : null);
        assertThat(values(Topics.LEDGER_HEARTBEATS, LedgerHeartbeat::parseFrom))
                .allSatisfy(beat -> assertThat(beat.getPartitions()).isEqualTo(2));
        assertThat(spent()).isEqualTo(1_600_000);
    }

    /* The ledger knows what it had lent, and that it has had that bill. */
    private void goOnWithTheLease(KafkaProducer<String, byte[]> producer, KafkaConsumer<String, byte[]> consumer)
            throws Exception {
        long nowMs = System.currentTimeMillis();
        send(producer, leasedBill(nowMs));
        send(producer, leaseRequest(2, nowMs));
        LeaseGrant granted = awaitValue(consumer, () -> lease(grant -> grant.getSequence() == 2));
        assertThat(granted.getGrantedNanos()).isEqualTo(2 * WANTED_NANOS);
        assertThat(granted.getSettledNanos()).isEqualTo(700_000);
        assertThat(granted.getTotalSettledNanos()).isEqualTo(1_600_000);
        assertThat(spent()).isEqualTo(1_600_000);
    }

    private static LeaseRequest leaseRequest(long sequence, long nowMs) {
        return LeaseRequest.newBuilder().setBidder("bidder").setLeaseId(LEASE).setCampaignId("shoes")
                .setArm("uncertainty").setBudgetDay(day(nowMs)).setSequence(sequence).setTimeMs(nowMs)
                .setWantNanos(WANTED_NANOS).setTerms(BudgetTerms.newBuilder().setDailyNanos(1_000 * WANTED_NANOS)
                        .setTotalNanos(-1).setTimeZone("UTC"))
                .build();
    }

    private static BillEvent leasedBill(long nowMs) {
        return BillEvent.newBuilder()
                .setBid(bid("b2", nowMs).toBuilder().clearFeature().setLeaseId(LEASE).setBudgetDay(day(nowMs)))
                .setPriceCpmMicros(700_000).setTimeMs(nowMs).build();
    }

    private static int day(long timeMs) {
        return (int) Math.floorDiv(timeMs, 86_400_000L);
    }

    private @Nullable LeaseGrant lease(Predicate<LeaseGrant> wanted) {
        return values(Topics.LEASES, LeaseGrant::parseFrom).stream().filter(wanted).reduce((_, last) -> last)
                .orElse(null);
    }

    /* The last sum of each day. */
    private long spent() {
        Map<Long, Long> byDay = new HashMap<>();
        values(Topics.SPEND, CampaignSpend::parseFrom).forEach(day -> byDay.put(day.getDay(), day.getSpendNanos()));
        return byDay.values().stream().mapToLong(nanos -> nanos).sum();
    }

    private void secondRun(ControllerProcess controller, KafkaProducer<String, byte[]> producer,
            KafkaConsumer<String, byte[]> consumer, UncertaintySnapshot before) throws Exception {
        published.clear();
        long timeMs = before.getTimeMs() / 1000 * 1000 + 2000;
        // One second that was there before, one that is new, and a click for the label that was sent.
        long oldMs = sent.keySet().stream().mapToLong(second -> second).max().orElseThrow();
        send(producer, second("uncertainty", oldMs, 0.9, oldMs / 1000));
        send(producer, second("uncertainty", timeMs, 0.3));
        send(producer, second("uncertainty", timeMs + 3000, 0.4));
        BidFacts bid = bid("b1", before.getTimeMs() - 30_000);
        send(producer, ClickEvent.newBuilder().setBid(bid).setTimeMs(timeMs).build());

        UncertaintySnapshot after = awaitValue(consumer, () -> snapshotOf(20));
        assertMean(after);
        goOnWithTheLease(producer, consumer);
        assertThat(after.getVersion()).isGreaterThan(before.getVersion());
        assertThat(controller.metrics().value(ControllerCounter.SECOND_DUPLICATE)).isEqualTo(1);
        awaitValue(consumer, () -> examples().size() < 3 ? null : true);
        assertThat(examples()).extracting(Example::getWeight).containsExactly(1f, -1f, 1f);
        assertThat(examples()).extracting(Example::getClick).containsExactly(false, false, true);
        assertThat(snapshots("uncertainty")).allMatch(snapshot -> snapshot.getCell(0).getCount() <= sent.size());
        List<Long> versions = snapshots("uncertainty").stream().map(UncertaintySnapshot::getVersion).toList();
        assertThat(versions).doesNotHaveDuplicates().isSorted();
    }

    private @Nullable UncertaintySnapshot snapshotOf(int seconds) {
        return snapshots("uncertainty").stream().filter(snapshot -> snapshot.getCell(0).getCount() == seconds)
                .findFirst().orElse(null);
    }

    /* The window is longer than the test: it holds every number that was sent. */
    private void assertMean(UncertaintySnapshot snapshot) {
        assertThat(snapshot.getCell(0).getCount()).isEqualTo(sent.size());
        assertThat(snapshot.getCell(0).getMean())
                .isCloseTo(sent.values().stream().mapToDouble(u -> u).average().orElseThrow(), within(1e-9));
    }

    private static void assertAdminPort(ControllerProcess controller) throws Exception {
        assertThat(get(controller, "/healthz", TOKEN).statusCode()).isEqualTo(200);
        assertThat(get(controller, "/readyz", "").statusCode()).isEqualTo(200);
        assertThat(get(controller, "/nothing", TOKEN).statusCode()).isEqualTo(404);
        assertThat(get(controller, "/snapshot", "wrong").statusCode()).isEqualTo(401);
        assertThat(get(controller, "/metrics", "").statusCode()).isEqualTo(401);
        assertThat(get(controller, "/metrics", TOKEN).body()).contains("sextant_controller_unreadable_total 1.0",
                "sextant_controller_second_late_total 0.0", "sextant_controller_snapshot_age_seconds");
        HttpResponse<String> snapshot = get(controller, "/snapshot", TOKEN);
        assertThat(snapshot.statusCode()).isEqualTo(200);
        assertThat(snapshot.body()).startsWith("{\"arms\":{\"random\":{\"version\":").contains("\"uncertainty\":{",
                "\"cell\":\"adx/banner\"", "\"time_to_live_ms\":60000");
    }

    @Test
    void shouldNameTheSettingWhenNoBrokerAnswers() {
        var config = new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null,
                Map.of("kafka.bootstrap-servers", "127.0.0.1:1", "kafka.topics.timeout", "100ms"));

        assertThatThrownBy(() -> ControllerProcess.start(config)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("kafka.bootstrap-servers");
    }

    private static ControllerConfig config(String bootstrapServers, Path stateDir) {
        var settings = new HashMap<String, String>();
        settings.put("kafka.bootstrap-servers", bootstrapServers);
        settings.put("kafka.topics.partitions", "2");
        settings.put("streams.state-dir", stateDir.toString());
        settings.put("streams.standby-replicas", "0");
        settings.put("streams.commit-interval", "100ms");
        settings.put("window.pane", "1s");
        settings.put("window.grace", "1s");
        settings.put("window.publish", "500ms");
        settings.put("attribution.window", "1s");
        settings.put("admin.port", "0");
        settings.put("admin.token", TOKEN);
        return new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, settings);
    }

    private static KafkaConsumer<String, byte[]> consumer(ControllerConfig config) {
        var consumer = new KafkaConsumer<String, byte[]>(KafkaClients.consumer(config.kafka(), "test", null));
        consumer.assign(ControllerTopology.outputs().stream()
                .flatMap(topic -> Stream.of(0, 1).map(p -> new TopicPartition(topic.topic(), p)))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    private ArmSecond second(String arm, long secondMs, double u) {
        if (arm.equals("uncertainty")) {
            sent.put(secondMs, u);
        }
        return second(arm, secondMs, u, secondMs / 1000);
    }

    private static ArmSecond second(String arm, long secondMs, double u, long sequence) {
        var uncertainty = new QuantileSketch();
        uncertainty.record(u);
        var modifier = new QuantileSketch();
        modifier.record(1.5);
        return ArmSecond.newBuilder().setBidder("b").setArm(arm).setSecondMs(secondMs).setSequence(sequence)
                .setRequests(1).setUncertaintyEpoch(1).setModifier(modifier.toSparse())
                .addUncertainty(CellHistogram.newBuilder().setCell("adx/banner").setHistogram(uncertainty.toSparse()))
                .build();
    }

    private static BidFacts bid(String bidId, long timeMs) {
        return BidFacts.newBuilder().setBidId(bidId).setArm("uncertainty").setCampaignId("shoes").setExchange("adx")
                .setBidCpmMicros(1_000_000).setBidTimeMs(timeMs).addFeature(1).build();
    }

    private static void send(KafkaProducer<String, byte[]> producer, Message message) throws Exception {
        ProducerRecord<String, byte[]> record = switch (message) {
            case ArmSecond second -> record(Topics.UNCERTAINTY, second.getArm(), second.toByteArray());
            case BillEvent bill -> record(Topics.BILLS, bill.getBid().getBidId(), bill.toByteArray());
            case ClickEvent click -> record(Topics.CLICKS, click.getBid().getBidId(), click.toByteArray());
            case LeaseRequest request -> record(Topics.LEASE_REQUESTS, request.getCampaignId() + "/"
                    + request.getArm(), request.toByteArray());
            default -> throw new IllegalArgumentException(message.getClass().getName());
        };
        producer.send(record).get();
    }

    private static ProducerRecord<String, byte[]> record(Topics topic, String key, byte[] value) {
        return new ProducerRecord<>(topic.topic(), key, value);
    }

    private List<UncertaintySnapshot> snapshots(String arm) {
        return values(Topics.SNAPSHOTS, UncertaintySnapshot::parseFrom).stream()
                .filter(snapshot -> snapshot.getArm().equals(arm)).toList();
    }

    private List<Example> examples() {
        return values(Topics.EXAMPLES, Example::parseFrom);
    }

    private interface Parser<T> {
        T parse(byte[] bytes) throws InvalidProtocolBufferException;
    }

    private <T> List<T> values(Topics topic, Parser<T> parser) {
        return published.stream().filter(record -> record.topic().equals(topic.topic())).map(record -> {
            try {
                return parser.parse(record.value());
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }

    /* Polls until there is something to see. */
    private <T> T awaitValue(KafkaConsumer<String, byte[]> consumer,
            Callable<@Nullable T> value) {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(published::add);
            return value.call();
        }, Objects::nonNull);
    }

    private static HttpResponse<String> get(ControllerProcess controller, String path, String token) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + controller.adminPort() + path))
                            .header("authorization", "Bearer " + token).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void delete(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> assertThat(file.toFile().delete()).isTrue());
        }
    }
}
