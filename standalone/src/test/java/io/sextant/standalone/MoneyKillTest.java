package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.sextant.bidder.BidderMain;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.TopicCreator;
import io.sextant.controller.ControllerMain;
import io.sextant.controller.settings.StopMain;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.fixtures.exchange.MarketAuctions;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.WinEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bidder and controller killed as {@code kill -9} does, again and again, while an exchange sells and bills: no budget is
 * passed, nothing is charged twice, and what the ledger has settled is what the notices in the topics add up to. Before that,
 * an operator stops everything and lets it go on.
 */
class MoneyKillTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SEED = 11;
    private static final int ROUNDS = 2;
    private static final double REQUESTS_PER_SECOND = 60;
    /** Some tens of impressions of each campaign. */
    private static final String BUDGET_USD = "0.2";
    private static final long BUDGET_NANOS = 200_000_000;
    private static final String TOKEN = "a-token-of-operators";
    private static final Map<String, String> CONTROLLER = Map.of("admin.port", "0", "admin.token", TOKEN, "ledger.term",
            "6s", "ledger.hold",
            "10s", "streams.commit-interval", "200ms");
    /* No model and no user's arm is needed to spend money. */
    private static final Map<String, String> BIDDER = Map.of("admin.port", "0", "http.warm-up-max", "0s",
            "notices.bid-expiry", "5s", "budget.settle-within", "8s", "budget.dead-man", "10s", "notices.keys",
            "1:c2V4dGFudC1raWxsLXRlcw==", "notices.ephemeral-key", "false", "experiment.arms",
            "[{name: neutral, weight: 1, pctr: neutral, exploration: none, bid-cpm: 12}]");

    private final SplittableRandom random = new SplittableRandom(SEED);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    MoneyKillTest() {}

    @Test
    void shouldNeverPassABudgetNorLoseOrRepeatAChargeWhenBidderAndControllerAreKilled() throws Exception {
        int port = Jvms.freePort();
        URI bids = URI.create("http://127.0.0.1:" + port + "/openrtb2/bid");
        // Rivals so cheap that most bids win.
        var market = new MarketAuctions(
                new MarketSimulator(MarketConfig.standard().withRivalMedian(3).withClickDelay(300), SEED));
        try (var broker = EmbeddedBroker.start(directory.resolve("broker")); var jvms = new Jvms(directory)) {
            KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
            new TopicCreator(kafka).createMissing(Topics.all());
            startController(jvms, broker);
            startBidder(jvms, broker, port);
            jvms.awaitReady("bidder", port);
            try (var exchange = new HttpExchange(ExchangeConfig.standard(bids, REQUESTS_PER_SECOND), market, SEED);
                    var books = new Books(kafka)) {
                exchange.start();
                awaitMoreCharges(books);
                stopAndGoOn(jvms, exchange);
                awaitMoreCharges(books);
                for (int round = 0; round < ROUNDS; round++) {
                    anyInstant();
                    jvms.kill("bidder");
                    startBidder(jvms, broker, port);
                    jvms.awaitReady("bidder", port);
                    awaitMoreCharges(books);
                    anyInstant();
                    jvms.kill("controller");
                    startController(jvms, broker);
                    awaitMoreCharges(books);
                }
                await("a budget is used up").atMost(PATIENCE).pollInterval(POLL)
                        .until(() -> books.read().largestSpendNanos() > BUDGET_NANOS * 9 / 10);
                exchange.stop();
                await("the ledger has settled what was charged").atMost(PATIENCE).pollInterval(POLL)
                        .untilAsserted(() -> assertThat(books.read().settled()).isEqualTo(books.charged()));

                assertThat(exchange.statistics().count(ExchangeCounter.WINS)).isPositive();
                assertThat(books.repeated()).as("notices that came twice").isGreaterThan(10);
                assertThat(books.ledger().values()).allSatisfy(
                        spend -> assertThat(spend.getSpendNanos()).isBetween(1L, BUDGET_NANOS + spend.getLateNanos()));
            }
            jvms.stop("bidder");
            jvms.stop("controller");
        }
    }

    private void awaitMoreCharges(Books books) {
        int before = books.read().charges();
        await("money is spent").atMost(PATIENCE).pollInterval(POLL).until(() -> books.read().charges() > before);
    }

    /* By the operators' command, against a bidder that knows the order from Kafka alone. */
    private void stopAndGoOn(Jvms jvms, HttpExchange exchange) throws Exception {
        order(jvms, "stop", "everything");
        await("the order is heard").atMost(PATIENCE).pollInterval(POLL)
                .until(() -> jvms.metrics("bidder", "bidder_impressions_total{", "\"stopped\"") > 0);
        awaitRequests(exchange, 20);
        long bids = exchange.statistics().count(ExchangeCounter.BIDS);
        awaitRequests(exchange, 60);
        assertThat(exchange.statistics().count(ExchangeCounter.BIDS)).as("bids while all is stopped").isEqualTo(bids);
        order(jvms, "go-on", "everything", "--lift");
        await("bids come again").atMost(PATIENCE).pollInterval(POLL)
                .until(() -> exchange.statistics().count(ExchangeCounter.BIDS) > bids);
    }

    private void order(Jvms jvms, String name, String... what) throws IOException, InterruptedException {
        Path token = Files.writeString(directory.resolve("token"), TOKEN);
        List<String> arguments = new ArrayList<>(List.of(what));
        arguments.addAll(List.of("--controller", "http://127.0.0.1:" + jvms.adminPort("controller"), "--token-file",
                token.toString()));
        jvms.start(name, StopMain.class, arguments);
        jvms.awaitEnd(name);
    }

    private static void awaitRequests(HttpExchange exchange, int more) {
        long before = exchange.statistics().count(ExchangeCounter.REQUESTS);
        await("requests go on").atMost(PATIENCE).pollInterval(POLL)
                .until(() -> exchange.statistics().count(ExchangeCounter.REQUESTS) >= before + more);
    }

    /* What is under way when the process dies is left to chance. */
    private void anyInstant() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_000));
    }

    private void startController(Jvms jvms, EmbeddedBroker broker) throws IOException {
        Map<String, String> settings = new HashMap<>(CONTROLLER);
        settings.put("kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("streams.state-dir", directory.resolve("state").toString());
        jvms.start("controller", ControllerMain.class, Profile.DEMO.settings("controller", directory), settings);
    }

    private void startBidder(Jvms jvms, EmbeddedBroker broker, int port) throws IOException {
        Path demo = Profile.DEMO.catalogue(directory);
        Path catalogue = directory.resolve("small-budgets.yaml");
        Files.writeString(catalogue,
                Files.readString(demo).replaceAll("daily-budget: \\d+", "daily-budget: " + BUDGET_USD));
        Map<String, String> settings = new HashMap<>(BIDDER);
        settings.put("kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("http.port", Integer.toString(port));
        settings.put("campaigns.file", catalogue.toString());
        settings.put("models.dir", directory.resolve("models").toString());
        settings.put("notices.journal.directory", directory.resolve("journal").toString());
        jvms.start("bidder", BidderMain.class, Profile.DEMO.settings("bidder", directory), settings);
    }

    /** What the notices in the topics add up to, by account and day, beside what the ledger says. */
    private static final class Books implements AutoCloseable {
        private static final int REPEATED_ONE_IN = 5;
        private static final Duration FETCH = Duration.ofMillis(100);
        private static final List<Topics> READ = List.of(Topics.WINS, Topics.BILLS, Topics.IMPRESSIONS, Topics.SPEND);

        private final KafkaConfig kafka;
        private final KafkaConsumer<String, byte[]> consumer;
        private final KafkaProducer<String, byte[]> producer;
        private final Set<String> paid = new HashSet<>();
        private final Map<String, CampaignSpend> charged = new TreeMap<>();
        private final Map<String, CampaignSpend> ledger = new TreeMap<>();
        private int repeated;

        Books(KafkaConfig kafka) {
            this.kafka = kafka;
            this.consumer = new KafkaConsumer<>(KafkaClients.consumer(kafka, "books", null), new StringDeserializer(),
                    new ByteArrayDeserializer());
            this.producer = new KafkaProducer<>(KafkaClients.producer(kafka, "repeater"));
            List<TopicPartition> partitions = new ArrayList<>();
            READ.forEach(topic -> consumer.partitionsFor(kafka.topic(topic))
                    .forEach(each -> partitions.add(new TopicPartition(each.topic(), each.partition()))));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }

        /** Takes up what is new. */
        Books read() {
            for (ConsumerRecord<String, byte[]> message : consumer.poll(FETCH)) {
                String topic = message.topic();
                if (topic.equals(kafka.topic(Topics.SPEND))) {
                    ledger.put(message.key(), parse(CampaignSpend.parser(), message));
                } else if (topic.equals(kafka.topic(Topics.WINS))) {
                    WinEvent win = parse(WinEvent.parser(), message);
                    charge(message, win.getBid(), SpendsOn.SPENDS_ON_WIN, win.getPriceCpmMicros());
                } else if (topic.equals(kafka.topic(Topics.BILLS))) {
                    BillEvent bill = parse(BillEvent.parser(), message);
                    charge(message, bill.getBid(), SpendsOn.SPENDS_ON_BILL, bill.getPriceCpmMicros());
                } else {
                    ImpressionEvent impression = parse(ImpressionEvent.parser(), message);
                    charge(message, impression.getBid(), SpendsOn.SPENDS_ON_IMPRESSION,
                            impression.getPriceCpmMicros());
                }
            }
            return this;
        }

        private void charge(ConsumerRecord<String, byte[]> message, BidFacts bid, SpendsOn kind,
                long priceCpmMicros) {
            if (bid.getSpendsOn() != kind) {
                return;
            }
            assertThat(bid.getLeaseId()).as("every bid of a campaign with a budget is paid from a lease").isNotZero();
            if (!paid.add(bid.getBidId())) {
                repeated++;
                return;
            }
            if (paid.size() % REPEATED_ONE_IN == 0) {
                // As a bidder does that died after Kafka had the notice and before its journal knew.
                var _ = producer.send(new ProducerRecord<>(message.topic(), message.key(), message.value()));
            }
            charged.merge(bid.getCampaignId() + "/" + bid.getArm() + "/" + bid.getBudgetDay(),
                    CampaignSpend.newBuilder().setCampaignId(bid.getCampaignId()).setArm(bid.getArm())
                            .setDay(bid.getBudgetDay()).setSpendNanos(priceCpmMicros).setBilledImpressions(1).build(),
                    (sum, one) -> sum.toBuilder().setSpendNanos(sum.getSpendNanos() + one.getSpendNanos())
                            .setBilledImpressions(sum.getBilledImpressions() + 1).build());
        }

        Map<String, CampaignSpend> charged() {
            return charged;
        }

        /** The ledger's sums, whole. */
        Map<String, CampaignSpend> ledger() {
            return ledger;
        }

        /** The same without what was late: that depends on when leases were forgotten, which notices do not tell. */
        Map<String, CampaignSpend> settled() {
            Map<String, CampaignSpend> sums = new TreeMap<>();
            ledger.forEach((key, spend) -> sums.put(key, spend.toBuilder().clearLateNanos().build()));
            return sums;
        }

        long largestSpendNanos() {
            return ledger.values().stream().mapToLong(CampaignSpend::getSpendNanos).max().orElse(0);
        }

        int charges() {
            return paid.size();
        }

        int repeated() {
            return repeated;
        }

        private static <T> T parse(Parser<T> parser, ConsumerRecord<String, byte[]> message) {
            try {
                return parser.parseFrom(message.value());
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            producer.close();
            consumer.close();
        }
    }
}
