package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sextant.bidder.BidderMain;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMain;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.fixtures.exchange.MarketAuctions;
import io.sextant.fixtures.fleet.FleetShape;
import io.sextant.fixtures.fleet.RecordedFleet;
import io.sextant.fixtures.fleet.WindowComparison;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.trainer.TrainerMain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is lost when something dies: broker, bidder and controllers in JVMs of their own, killed as {@code kill -9} does, with
 * traffic all the time. Beside the bidder there are simulated ones whose every number is known, so whatever is published of
 * their arms can be compared with what is in the topic.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int PARTITIONS = 3;
    private static final int REQUESTS_A_SECOND = 20;
    private static final long SEED = 11;
    private static final String ARM = "uncertainty";
    private static final List<String> FED_ARMS = List.of("fed-1", "fed-2", "fed-3");
    private static final long WINDOW_MS = 30_000;
    private static final long TIME_TO_LIVE_MS = 8_000;
    /** A bidder looks at the age of a table at every bid; a second is counted from its start. */
    private static final long SLACK_MS = 1_500;
    private static final long OUTAGE_MS = 60_000;
    /** What bidders wait for an acknowledgement. */
    private static final long DELIVERY_MS = 30_000;
    private static final Map<String, String> CONTROLLER = Map.of("window.pane", "5s", "window.publish", "1s",
            "exploration.window", WINDOW_MS / 1000 + "s", "exploration.time-to-live", TIME_TO_LIVE_MS / 1000 + "s",
            "exploration.premium-target", "1", "exploration.premium-cap", "1", "streams.session-timeout", "6s",
            "streams.commit-interval", "200ms", "streams.standby-replicas", "1");

    /** What is to be closed, the last opened first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Path directory;
    private Jvms jvms;
    private KafkaConfig kafka;
    private int brokerPort;
    private RecordedFleet fleet;
    private FleetFeed feed;
    private Published published;
    private HttpExchange exchange;
    private BidLoop bids;

    @SuppressWarnings("NullAway.Init")
    FaultsTest() {}

    @BeforeAll
    void startAllButControllers(@TempDir(cleanup = CleanupMode.NEVER) Path folder) throws Exception {
        // Not deleted: RocksDB may still write its last file when the test is over.
        directory = folder;
        jvms = opened(new Jvms(directory));
        brokerPort = Jvms.freePort();
        startBroker();
        kafka = kafka();
        int port = Jvms.freePort();
        Path models = directory.resolve("models");
        start("trainer", TrainerMain.class, Map.of("models.dir", models.toString(), "model.hidden", "[16, 8]"));
        start("bidder", BidderMain.class,
                Map.of("http.port", Integer.toString(port), "models.dir", models.toString(), "campaigns.file",
                        Profile.DEMO.catalogue(directory).toString(), "notices.journal.directory",
                        directory.resolve("journal").toString(), "name", "real-bidder",
                        // It is to bid on without controller and broker, so that there is something to lose.
                        "budget.leases", "none"));
        jvms.awaitReady("bidder", port);
        // Models have come; new ones would only take the cores.
        jvms.stop("trainer");
        Map<String, Integer> perCell = new HashMap<>();
        FED_ARMS.forEach(arm -> perCell.put(arm, 3));
        fleet = new RecordedFleet(new FleetShape(12, perCell, 8), SEED);
        published = opened(new Published(fleet, kafka, PARTITIONS));
        feed = opened(new FleetFeed(fleet, FED_ARMS, kafka));
        URI bidder = URI.create("http://127.0.0.1:" + port + "/openrtb2/bid");
        bids = opened(new BidLoop(bidder));
        exchange = opened(new HttpExchange(
                ExchangeConfig.standard(bidder, REQUESTS_A_SECOND),
                new MarketAuctions(new MarketSimulator(MarketConfig.standard(), SEED)), SEED));
        exchange.start();
    }

    @AfterAll
    void endAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    @Test
    @Order(1)
    void shouldGoOnExactlyWhenTheControllerIsKilledInMidWindow() throws Exception {
        startController("one");
        awaitModifiers();
        Map<String, Long> versions = awaitExactWindows(Map.of());

        jvms.kill("controller-one");
        long killedMs = System.currentTimeMillis();
        awaitNoModifiersSince(killedMs + TIME_TO_LIVE_MS + SLACK_MS);
        startController("one");

        awaitExactWindows(versions, killedMs);
        awaitModifiersSince(System.currentTimeMillis());
        assertAllWereExact();
        assertNoBidRequestFailed();
    }

    @Test
    @Order(2)
    void shouldCountAndSkipWhenMessagesCannotBeRead() throws Exception {
        stopControllers();
        long startedMs = System.currentTimeMillis();
        Map<String, Long> versions = versions();
        sendAlone("fed-1", "no protobuf at all \uFFFF".getBytes(StandardCharsets.UTF_8));
        sendAlone("fed-1", null);
        sendAlone("fed-2", fleet.message("stray", "fed-1", startedMs / 1000 * 1000, 1));
        byte[] victim = fleet.message("victim-of-bit-rot", "fed-1", startedMs / 1000 * 1000, 1);
        sendAlone("fed-1", victim);
        rot("victim-of-bit-rot");

        startController("one");

        awaitExactWindows(versions, startedMs);
        assertAllWereExact();
        await().atMost(PATIENCE).pollInterval(LOOK).untilAsserted(() -> {
            assertThat(jvms.metric("controller-one", "sextant_controller_unreadable_total")).isEqualTo(3);
            assertThat(jvms.metric("controller-one", "sextant_controller_second_invalid_total")).isEqualTo(1);
        });
        assertThat(jvms.metric("controller-one", "sextant_controller_thread_replaced_total")).isZero();
        assertNoBidRequestFailed();
    }

    @Test
    @Order(3)
    void shouldChangeNothingInTheValuesWhenAnInstanceIsAddedAndAnotherIsKilled() throws Exception {
        startController("two");
        long joinedMs = System.currentTimeMillis();
        Map<String, Long> versions = awaitExactWindows(versions(), joinedMs);

        jvms.kill("controller-one");
        long killedMs = System.currentTimeMillis();

        versions = awaitExactWindows(versions, killedMs);
        startController("one");
        awaitExactWindows(versions, System.currentTimeMillis());
        assertAllWereExact();
        assertNoBidRequestFailed();
    }

    @Test
    @Order(4)
    void shouldBeExactAgainAndCountWhatWasDroppedWhenTheBrokerWasAwayForAMinute() throws Exception {
        awaitModifiers();
        Map<String, Long> versions = versions();
        jvms.kill("broker");
        long killedMs = System.currentTimeMillis();
        TimeUnit.MILLISECONDS.sleep(OUTAGE_MS);
        startBroker();
        long backMs = System.currentTimeMillis();

        // Bidders keep what is younger than the delivery timeout: of the outage's second half it is known what they bid.
        awaitNoModifiersBetween(Math.max(killedMs + TIME_TO_LIVE_MS + SLACK_MS, backMs - DELIVERY_MS / 2),
                backMs - 1000);
        // Once no window reaches back into the outage.
        long clearMs = backMs + DELIVERY_MS / 3;
        awaitExactWindowsFrom(versions, clearMs);
        awaitModifiersSince(clearMs);
        assertExact(snapshot -> snapshot.getWindowEndMs() <= killedMs - 1000
                || snapshot.getWindowEndMs() - snapshot.getWindowMs() >= clearMs);
        assertDroppedAreCounted();
        assertNoBidRequestFailed();
    }

    private interface Choice {
        boolean of(UncertaintySnapshot snapshot);
    }

    /* Waits until each fed arm has a snapshot newer than the version that holds all there was of a full window. */
    private Map<String, Long> awaitExactWindows(Map<String, Long> versions) {
        return awaitExact("a full window", versions,
                snapshot -> first(snapshot) <= snapshot.getWindowEndMs() - snapshot.getWindowMs());
    }

    /* The same of a window that reaches from before the time to after it. */
    private Map<String, Long> awaitExactWindows(Map<String, Long> versions, long acrossMs) {
        return awaitExact("a window across " + acrossMs, versions,
                snapshot -> snapshot.getWindowEndMs() - snapshot.getWindowMs() < acrossMs
                        && snapshot.getWindowEndMs() > acrossMs + 5_000);
    }

    /* The same of a window that begins at the time or later. */
    private Map<String, Long> awaitExactWindowsFrom(Map<String, Long> versions, long fromMs) {
        return awaitExact("a window from " + fromMs + " on", versions,
                snapshot -> snapshot.getWindowEndMs() - snapshot.getWindowMs() >= fromMs);
    }

    private Map<String, Long> awaitExact(String what, Map<String, Long> versions, Choice choice) {
        Map<String, Long> found = new HashMap<>();
        for (String arm : FED_ARMS) {
            long after = versions.getOrDefault(arm, 0L);
            UncertaintySnapshot exact = await("arm " + arm + ": " + what).atMost(PATIENCE).pollInterval(LOOK)
                    .until(() -> published.read().snapshots(arm).stream()
                            .filter(snapshot -> snapshot.getVersion() > after && choice.of(snapshot)
                                    && published.truth().complete(snapshot))
                            .findFirst().orElse(null), snapshot -> snapshot != null);
            assertThat(published.truth().compare(exact)).matches(WindowComparison::holds, what + " is exact");
            found.put(arm, exact.getVersion());
        }
        return found;
    }

    private long first(UncertaintySnapshot snapshot) {
        return published.snapshots(snapshot.getArm()).getFirst().getWindowEndMs();
    }

    private Map<String, Long> versions() {
        Map<String, Long> versions = new HashMap<>();
        FED_ARMS.forEach(arm -> versions.put(arm, published.read().snapshots(arm).stream()
                .mapToLong(UncertaintySnapshot::getVersion).max().orElse(0)));
        return versions;
    }

    private void assertAllWereExact() {
        assertExact(_ -> true);
    }

    /* Each as of the moment at which it was published: a second that came later could not be in it. */
    private void assertExact(Choice choice) {
        published.read();
        for (String arm : FED_ARMS) {
            List<UncertaintySnapshot> snapshots = published.snapshots(arm);
            assertThat(snapshots).extracting(UncertaintySnapshot::getVersion).isSorted().doesNotHaveDuplicates();
            assertThat(snapshots.stream().filter(choice::of)).isNotEmpty().allSatisfy(
                    snapshot -> assertThat(published.truth().compareAsOfThen(snapshot)).matches(WindowComparison::holds,
                            "is exact"));
        }
    }

    private void awaitModifiers() {
        awaitModifiersSince(0);
    }

    private void awaitModifiersSince(long sinceMs) {
        await("modifiers above 1").atMost(PATIENCE).pollInterval(LOOK).until(
                () -> published.read().seconds(ARM).stream().anyMatch(second -> second.getSecondMs() >= sinceMs
                        && second.getModifierSum() > second.getModifierCount()));
    }

    /* Until enough bids are seen that were made after the time; none may have had another modifier than 1. */
    private void awaitNoModifiersSince(long sinceMs) {
        awaitNoModifiersBetween(sinceMs, Long.MAX_VALUE);
    }

    private void awaitNoModifiersBetween(long fromMs, long toMs) {
        await("bids with modifier 1").atMost(PATIENCE).pollInterval(LOOK).until(
                () -> published.read().seconds(ARM).stream().filter(second -> within(second, fromMs, toMs))
                        .mapToLong(ArmSecond::getModifierCount).sum() > 5);
        assertThat(published.seconds(ARM).stream().filter(second -> within(second, fromMs, toMs)))
                .allSatisfy(
                        second -> assertThat(second.getModifierSum()).isEqualTo((double) second.getModifierCount()));
    }

    private static boolean within(ArmSecond second, long fromMs, long toMs) {
        return second.getSecondMs() >= fromMs && second.getSecondMs() < toMs;
    }

    private void assertNoBidRequestFailed() throws Exception {
        assertThat(bids.failures()).isEmpty();
        assertThat(bids.answered()).isPositive();
        var seen = exchange.statistics();
        assertThat(seen.count(ExchangeCounter.BIDS)).isPositive();
        assertThat(seen.count(ExchangeCounter.REFUSED)).as("answers but 200 and 204").isZero();
        assertThat(seen.invalid()).as("invalid answers").isZero();
        assertThat(jvms.metrics("bidder", "bidder_notices_journal_total{", "outcome=\"full\"")
                + jvms.metrics("bidder", "bidder_notices_journal_total{", "outcome=\"failed\""))
                .as("notices answered 503").isZero();
    }

    /*
     * A bidder numbers its messages, so that what never came can be told from outside: the bidder has counted it. What it
     * counted may have come all the same, where the broker died after it wrote and before it said so.
     */
    private void assertDroppedAreCounted() throws Exception {
        long missing = 0;
        for (String arm : List.of("control", "random", ARM)) {
            Set<Long> sequences = new HashSet<>();
            published.read().seconds(arm).forEach(second -> sequences.add(second.getSequence()));
            missing += sequences.stream().mapToLong(sequence -> sequence).max().orElse(0) - sequences.size();
        }
        double dropped = jvms.metric("bidder", "bidder_outbox_dropped_total{outbox=\"events\",reason=\"unsent\"}")
                + jvms.metric("bidder", "bidder_outbox_dropped_total{outbox=\"events\",reason=\"full\"}");
        assertThat(missing).isPositive();
        assertThat(dropped).isBetween((double) missing, missing + 20.0);
        assertThat(feed.lost()).isPositive();
    }

    private void startBroker() throws IOException {
        jvms.start("broker", BrokerMain.class,
                List.of(directory.resolve("broker").toString(), Integer.toString(brokerPort)));
        jvms.awaitLog("broker", "broker: 127.0.0.1:" + brokerPort);
    }

    private void startController(String name) throws IOException {
        Map<String, String> settings = new HashMap<>(CONTROLLER);
        settings.put("streams.state-dir", directory.resolve("state-" + name).toString());
        start("controller-" + name, ControllerMain.class, settings);
        jvms.awaitReady("controller-" + name, 0);
    }

    private void stopControllers() throws InterruptedException {
        jvms.stop("controller-one");
    }

    private void start(String name, Class<?> main, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("kafka.bootstrap-servers", "127.0.0.1:" + brokerPort);
        all.put("kafka.topics.partitions", Integer.toString(PARTITIONS));
        all.put("admin.port", "0");
        jvms.start(name, main, Profile.DEMO.settings(name.split("-", 2)[0], directory), all);
    }

    private KafkaConfig kafka() {
        return new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null,
                Map.of("kafka.bootstrap-servers", "127.0.0.1:" + brokerPort)).kafka();
    }

    /* In a batch of its own, uncompressed. */
    private void sendAlone(String key, byte @Nullable [] value) throws Exception {
        Map<String, Object> properties = new HashMap<>(KafkaClients.producer(kafka, "alone"));
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        try (var producer = new KafkaProducer<String, byte[]>(properties)) {
            producer.send(new ProducerRecord<>(kafka.topic(Topics.UNCERTAINTY), key, value)).get(30, TimeUnit.SECONDS);
        }
    }

    /* Changes one letter of the text where the broker keeps it, so that the checksum of its batch does not hold any more. */
    private void rot(String text) throws IOException {
        int found = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Path log = directory.resolve("broker").resolve(kafka.topic(Topics.UNCERTAINTY) + "-" + partition)
                    .resolve("00000000000000000000.log");
            int at = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).indexOf(text);
            if (at >= 0) {
                found++;
                try (var file = new RandomAccessFile(log.toFile(), "rw")) {
                    file.seek(at);
                    file.write('W');
                }
            }
        }
        assertThat(found).as("copies of the text in the log").isEqualTo(1);
    }
}
