package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.sextant.bidder.BidderMain;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.controller.ControllerMain;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.fixtures.exchange.MarketAuctions;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.WinEvent;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.trainer.TrainerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bidder, controller and trainer as they run in life: three JVMs that share a broker and a directory of models. */
class ThreeProcessesTest {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration CIRCLE = Duration.ofMinutes(3);
    private static final long STOP_S = 30;
    private static final long SEED = 7;

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endWhatStillRuns() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void shouldCarryABidAWinAClickAModelAndASnapshotRoundWhenThreeJvmsShareABroker() throws Exception {
        int port = freePort();
        URI bids = URI.create("http://127.0.0.1:" + port + "/openrtb2/bid");
        try (var broker = EmbeddedBroker.start(directory.resolve("broker"))) {
            String servers = broker.bootstrapServers();
            start("trainer", TrainerMain.class, servers, Map.of("models.dir", directory.resolve("models").toString(),
                    "model.hidden", "[16, 8]", "publish.min-examples", "40", "publish.min-interval", "2s"));
            start("controller", ControllerMain.class, servers, Map.of("streams.state-dir",
                    directory.resolve("state").toString(), "attribution.window", "2s"));
            start("bidder", BidderMain.class, servers,
                    Map.of("http.port", Integer.toString(port), "http.warm-up-max", "0s", "models.dir",
                            directory.resolve("models").toString(), "campaigns.file",
                            Profile.DEMO.catalogue(directory).toString(), "notices.journal.directory",
                            directory.resolve("journal").toString()));
            awaitReady(port);

            var config = MarketConfig.standard().withClickDelay(300);
            var market = new MarketAuctions(new MarketSimulator(config, SEED));
            try (var exchange = new HttpExchange(ExchangeConfig.standard(bids, 60), market, SEED);
                    var circle = new Circle(KafkaConfig.of(servers))) {
                exchange.start();
                await().atMost(CIRCLE).pollInterval(Duration.ofMillis(200)).until(circle::closed);

                assertThat(exchange.statistics().count(ExchangeCounter.BIDS)).isPositive();
                assertThat(circle.learnedModels()).isNotEmpty()
                        .allSatisfy(model -> assertThat(model.getExamples()).isGreaterThanOrEqualTo(40));
            }
            stopAll();
        }
        assertThat(logs()).doesNotContain(" ERROR ");
    }

    /** What passed by in the topics. */
    private static final class Circle implements AutoCloseable {
        private static final List<Topics> WATCHED = List.of(Topics.WINS, Topics.CLICKS, Topics.EXAMPLES, Topics.MODELS,
                Topics.SNAPSHOTS);

        private final KafkaConfig kafka;
        private final KafkaConsumer<String, byte[]> consumer;
        private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

        Circle(KafkaConfig kafka) {
            this.kafka = kafka;
            this.consumer = new KafkaConsumer<>(KafkaClients.consumer(kafka, "circle", null),
                    new StringDeserializer(), new ByteArrayDeserializer());
            consumer.assign(WATCHED.stream().map(topic -> new TopicPartition(kafka.topic(topic), 0)).toList());
            consumer.seekToBeginning(consumer.assignment());
        }

        /**
         * Whether a click of a bid that was won became an example, and a bid was won that was made with a model learned from
         * examples and with the controller's snapshot.
         */
        boolean closed() {
            consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
            List<WinEvent> wins = events(Topics.WINS, WinEvent.parser());
            List<String> clicked = events(Topics.CLICKS, ClickEvent.parser()).stream()
                    .map(click -> click.getBid().getBidId()).toList();
            List<String> learned = events(Topics.EXAMPLES, Example.parser()).stream().filter(Example::getClick)
                    .map(Example::getBidId).toList();
            boolean clickLearned = wins.stream().map(win -> win.getBid().getBidId())
                    .anyMatch(bid -> clicked.contains(bid) && learned.contains(bid));
            boolean snapshotMade = events(Topics.SNAPSHOTS, UncertaintySnapshot.parser()).stream()
                    .anyMatch(snapshot -> snapshot.getCellCount() > 0 && snapshot.getCell(0).getCount() > 0);
            boolean bothInUse = wins.stream()
                    .anyMatch(win -> win.getBid().getModelVersion() > 0 && win.getBid().getSnapshotVersion() > 0
                            && !learnedModels().isEmpty());
            return clickLearned && snapshotMade && bothInUse;
        }

        List<ModelSnapshot> learnedModels() {
            return events(Topics.MODELS, ModelSnapshot.parser()).stream().filter(model -> model.getVersion() > 0)
                    .toList();
        }

        private <T> List<T> events(Topics topic, Parser<T> parser) {
            return seen.stream().filter(message -> message.topic().equals(kafka.topic(topic))).map(message -> {
                try {
                    return parser.parseFrom(message.value());
                } catch (InvalidProtocolBufferException e) {
                    throw new UncheckedIOException(e);
                }
            }).toList();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private void start(String name, Class<?> main, String servers, Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dorg.bytedeco")).forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), main.getName(), "--config",
                Profile.DEMO.settings(name, directory).toString()));
        Stream.concat(settings.entrySet().stream(),
                Map.of("kafka.bootstrap-servers", servers, "admin.port", "0").entrySet().stream())
                .forEach(setting -> command.addAll(List.of("--set", setting.getKey() + "=" + setting.getValue())));
        processes.add(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile()).start());
    }

    private void awaitReady(int port) {
        try (var client = HttpClient.newHttpClient()) {
            var ask = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz")).build();
            await().atMost(START).pollInterval(Duration.ofMillis(200)).ignoreExceptions().failFast(
                    "a process ended early; its log is in " + directory,
                    () -> processes.stream().anyMatch(process -> !process.isAlive()))
                    .until(() -> client.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
        }
    }

    private void stopAll() throws InterruptedException {
        for (Process process : processes.reversed()) {
            process.destroy();
            assertThat(process.waitFor(STOP_S, TimeUnit.SECONDS)).as("ends when asked to").isTrue();
        }
    }

    private String logs() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().map(ThreeProcessesTest::read)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return file.getFileName() + ":\n" + Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
