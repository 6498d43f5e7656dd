package io.sextant.controller.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.KafkaClients;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerProcess;
import io.sextant.controller.TestBroker;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.StopOrder;
import io.sextant.protocol.event.StopScope;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/* One story, for a broker and a controller take longer to start than all of it takes to check. */
class StopsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "open sesame";

    @TempDir
    Path directory;

    private record Run(int exitCode, String out, String err) {}

    private static Run stop(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = StopMain.execute(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Run(code, out.toString(), err.toString());
    }

    @Test
    void shouldWriteWhatAnOperatorStopsAndLifts() throws Exception {
        try (var broker = TestBroker.start(directory.resolve("broker"));
                var controller = ControllerProcess
                        .start(config(broker, directory.resolve("state").toString(), TOKEN))) {
            String url = "http://127.0.0.1:" + controller.adminPort();
            String token = Files.writeString(directory.resolve("token"), TOKEN).toString();
            String[] connection = {"--controller", url, "--token-file", token};

            assertThat(stop(with(connection, "--list")).out()).isEqualTo("nothing is stopped\n");
            Run stopped = stop(with(connection, "campaign", "shoes & boots", "--reason", "wrong creative", "--actor",
                    "ann"));
            assertThat(stopped.exitCode()).as(stopped.err()).isZero();
            assertThat(stopped.out()).startsWith("stopped: campaign shoes & boots, since 2")
                    .endsWith(", by ann: wrong creative\n");
            assertThat(stop(with(connection, "everything")).out()).contains("stopped: everything, since",
                    "stopped: campaign shoes & boots");
            assertThat(stop(with(connection, "exchange", "adx")).exitCode()).isZero();
            assertOrders(broker);

            Run lifted = stop(with(connection, "everything", "--lift"));
            assertThat(lifted.out()).doesNotContain("everything").contains("exchange adx", "campaign shoes");
            // A message that nobody can read stops nothing, and keeps nobody from looking.
            try (var producer = new KafkaProducer<String, byte[]>(
                    KafkaClients.producer(config(broker, "unused", TOKEN).kafka(), "test"))) {
                producer.send(new ProducerRecord<>(Topics.STOPS.topic(), "exchange/adx", new byte[]{1, 2, 3})).get();
            }
            assertThat(stop(with(connection, "--list")).out()).doesNotContain("adx").contains("campaign shoes");
            assertThat(controller.metrics().value(ControllerCounter.STOP_WRITTEN)).isEqualTo(4);
            assertRefused(url, connection);
        }
    }

    private static void assertOrders(TestBroker broker) {
        Map<String, StopOrder> orders = new HashMap<>();
        try (var consumer = new KafkaConsumer<String, byte[]>(
                KafkaClients.consumer(config(broker, "unused", TOKEN).kafka(), "test", null))) {
            consumer.assign(List.of(new TopicPartition(Topics.STOPS.topic(), 0)));
            await().atMost(PATIENCE).until(() -> {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    orders.put(record.key(), StopOrder.parseFrom(record.value()));
                }
                return orders.size() == 3;
            });
        }
        assertThat(orders).containsOnlyKeys("everything", "campaign/shoes & boots", "exchange/adx");
        assertThat(orders.get("campaign/shoes & boots")).satisfies(order -> {
            assertThat(order.getScope()).isEqualTo(StopScope.STOP_CAMPAIGN);
            assertThat(order.getId()).isEqualTo("shoes & boots");
            assertThat(order.getStopped()).isTrue();
            assertThat(order.getChangedBy()).isEqualTo("ann");
            assertThat(order.getReason()).isEqualTo("wrong creative");
            assertThat(order.getTimeMs()).isPositive();
        });
    }

    private static void assertRefused(String url, String[] connection) throws Exception {
        assertThat(stop(with(connection, "planet", "mars")).err())
                .contains("must be one of everything, campaign, advertiser, exchange");
        assertThat(stop(with(connection, "campaign")).err()).contains("id must name the campaign");
        assertThat(stop(with(connection, "everything", "x")).err()).contains("everything has none");
        assertThat(stop(with(connection, "campaign", "x", "--reason", "a\nb")).exitCode()).isEqualTo(2);
        assertThat(stop(connection).err()).contains("say what to stop");
        assertThat(stop(with(connection, "campaign", "x", "--list")).err()).contains("takes no scope");
        assertThat(stop("--list", "--controller", url).exitCode()).isEqualTo(3);
        assertThat(stop("--list", "--controller", "http://127.0.0.1:1").exitCode()).isEqualTo(1);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> put = client.send(HttpRequest.newBuilder(URI.create(url + "/stops"))
                    .header("authorization", "Bearer " + TOKEN).PUT(HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(put.statusCode()).isEqualTo(405);
            assertThat(put.headers().firstValue("allow")).hasValue("GET, POST, DELETE");
            assertThat(new JsonObject(put.body()).getString("error")).contains("POST and DELETE on /stops");
        }
    }

    @Test
    void shouldLetNobodyStopAnythingWhenThereIsNoToken() throws Exception {
        try (var broker = TestBroker.start(directory.resolve("broker"));
                var controller = ControllerProcess.start(config(broker, directory.resolve("state").toString(), ""))) {
            Run run = stop("everything", "--controller", "http://127.0.0.1:" + controller.adminPort());

            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).contains("set admin.token");
        }
    }

    private static String[] with(String[] connection, String... args) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(connection))
                .toArray(String[]::new);
    }

    private static ControllerConfig config(TestBroker broker, String stateDir, String token) {
        return new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null,
                Map.of("kafka.bootstrap-servers", broker.bootstrapServers(), "streams.state-dir",
                        stateDir, "streams.standby-replicas", "0",
                        "admin.port", "0", "admin.token", token));
    }
}
