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
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.protocol.snapshot.ChangeSource;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.quantile.QuantileSketch;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/* Against a real broker and two controllers, which all tests share: they take longer to start than all of it to check. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExplorationSettingsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "open sesame";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;
    private static TestBroker broker;
    private static ControllerProcess one;
    private static ControllerProcess two;
    private static Path file;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start(directory.resolve("broker"));
        file = directory.resolve("exploration.yaml");
        one = ControllerProcess.start(config("one", Map.of("exploration.file", file.toString())));
        two = ControllerProcess.start(config("two", Map.of()));
        await().atMost(PATIENCE).until(() -> one.ready() && two.ready());
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
        broker.close();
        HTTP.close();
    }

    private static ControllerConfig config(String name, Map<String, String> more) {
        var settings = new HashMap<String, String>();
        settings.put("kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafka.topics.partitions", "2");
        settings.put("streams.state-dir", directory.resolve(name).toString());
        settings.put("streams.standby-replicas", "0");
        settings.put("admin.port", "0");
        settings.put("admin.token", TOKEN);
        settings.putAll(more);
        return new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, settings);
    }

    @Test
    @Order(1)
    void shouldShowTheConfigurationWhenNothingHasBeenSet() throws Exception {
        JsonObject told = json(get(one));

        assertThat(told.getLong("version")).isZero();
        assertThat(told.getString("source")).isEqualTo("configuration");
        assertThat(told.getJsonObject("settings").getMap()).hasSize(15).containsEntry("explore-share", 1.0)
                .containsEntry("time-to-live", "1m").containsEntry("estimator", "monte-carlo")
                .containsEntry("window", "5m").containsEntry("cells", "exchange-format").containsEntry("divisor", "arm")
                .doesNotContainKeys("file", "random-draws-from");
    }

    @Test
    @Order(2)
    void shouldReachTheTopicTheOtherInstanceAndEverySnapshotWithinFiveSecondsWhenAKeyIsPut() throws Exception {
        try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(config("", Map.of()).kafka(), "t"));
                var consumer = new KafkaConsumer<String, byte[]>(
                        KafkaClients.consumer(config("", Map.of()).kafka(), "t", null))) {
            consumer.assign(List.of(new TopicPartition("snapshots", 0), new TopicPartition("snapshots", 1)));
            var published = new ArrayList<ConsumerRecord<String, byte[]>>();
            // Both arms are there with the configuration's settings before the change.
            await().atMost(PATIENCE).until(() -> {
                send(producer);
                consumer.poll(Duration.ofMillis(200)).forEach(published::add);
                return has(published, "uncertainty", 0) && has(published, "random", 0);
            });

            long startNs = System.nanoTime();
            HttpResponse<String> answer = put(one, "{\"modifier-max\": 3, \"quantile-low\": \"0.2\"}",
                    "x-sextant-actor",
                    "ann$\\ of ops");
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(10)).until(() -> {
                consumer.poll(Duration.ofMillis(50)).forEach(published::add);
                return has(published, "uncertainty", 1) && has(published, "random", 1);
            });
            System.out.printf("a change was in all snapshots after %.1f s%n", (System.nanoTime() - startNs) / 1e9);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("etag")).hasValue("\"1\"");
            assertThat(json(answer).getLong("version")).isEqualTo(1);
            assertThat(json(answer).getString("changed_by")).isEqualTo("ann__ of ops");
            assertThat(json(answer).getJsonArray("changes").encode()).isEqualTo(
                    "[{\"key\":\"quantile-low\",\"old\":\"0.1\",\"new\":\"0.2\"},"
                            + "{\"key\":\"modifier-max\",\"old\":\"2.0\",\"new\":\"3.0\"}]");
            UncertaintySnapshot last = UncertaintySnapshot.parseFrom(published.getLast().value());
            assertThat(last.getSettings().getModifierMax()).isEqualTo(3);
            await().atMost(PATIENCE).until(() -> json(get(two)).getLong("version") == 1);
            assertThat(json(get(two))).isEqualTo(json(get(one)));
        }
    }

    private static boolean has(List<ConsumerRecord<String, byte[]>> published, String arm, long settingsVersion) {
        return published.stream().anyMatch(record -> {
            try {
                return record.key().equals(arm)
                        && UncertaintySnapshot.parseFrom(record.value()).getSettingsVersion() == settingsVersion;
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void send(KafkaProducer<String, byte[]> producer) throws Exception {
        long secondMs = System.currentTimeMillis() / 1000 * 1000;
        for (String arm : List.of("uncertainty", "random")) {
            var sketch = new QuantileSketch();
            sketch.record(0.01);
            producer.send(new ProducerRecord<>(Topics.UNCERTAINTY.topic(), arm,
                    ArmSecond.newBuilder().setBidder("b").setArm(arm).setSecondMs(secondMs)
                            .setSequence(secondMs / 1000).setRequests(1).setUncertaintyEpoch(1)
                            .addUncertainty(CellHistogram.newBuilder().setCell("adx/banner")
                                    .setHistogram(sketch.toSparse()))
                            .build().toByteArray()))
                    .get();
        }
    }

    @Test
    @Order(3)
    void shouldRefuseAndChangeNothingWhenARequestIsWrong() throws Exception {
        JsonObject before = json(get(one));

        assertRefused(400, "modifier-max = 11.0: must be at most 10", put(one, "{\"modifier-max\": 11}"));
        assertRefused(400, "quantile-low is 0.5, must be at most quantile-high, 0.4",
                put(one, "{\"quantile-low\": 0.5, \"quantile-high\": 0.4}"));
        assertRefused(400, "did you mean explore-share?", put(one, "{\"explor-share\": 0.5}"));
        assertRefused(400, "file: is read at start only", put(one, "{\"file\": \"/etc/passwd\"}"));
        assertRefused(400, "estimator = guess: must be one of monte-carlo, linearised, row-information",
                put(one, "{\"estimator\": \"guess\"}"));
        assertRefused(400, "window is 15000ms, must be a multiple of pane", put(one, "{\"window\": \"15s\"}"));
        assertRefused(400, "passes = null: must be a whole number", put(one, "{\"passes\": null}"));
        assertRefused(400, "not JSON", put(one, "explore-share: 0.5"));
        assertRefused(400, "not JSON: Duplicate", put(one, "{\"passes\": 3, \"passes\": 4}"));
        assertRefused(400, "must be a JSON object", put(one, "[1]"));
        assertRefused(400, "must be a JSON object", put(one, ""));
        assertRefused(413, "longer than 16384", put(one, "{\"passes\": 3, \"x\": \"" + "y".repeat(17_000) + "\"}"));
        assertRefused(412, "version 1, by ann__ of ops, is in force",
                put(one, "{\"passes\": 3}", "if-match", "\"7\""));
        assertRefused(400, "if-match must be a version", put(one, "{\"passes\": 3}", "if-match", "seven"));
        assertRefused(401, "bearer token", put(one, "{\"passes\": 3}", "authorization", "Bearer wrong"));
        HttpResponse<String> both = put(one, "{\"passes\": 1, \"modifier-min\": 0}");
        assertThat(json(both).getJsonArray("problems").size()).isEqualTo(2);

        assertThat(json(get(one))).isEqualTo(before);
        assertThat(json(put(one, "{\"modifier-max\": 3}")).getLong("version")).isEqualTo(1);
    }

    private static void assertRefused(int status, String message, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).getString("error")).contains(message);
    }

    @Test
    @Order(4)
    void shouldLoseNoChangeWhenTwoInstancesAreAskedAtOnce() throws Exception {
        long before = json(get(one)).getLong("version");
        var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 1; i <= 2; i++) {
            answers.add(putAsync(one, "{\"cells-max\": " + (1000 + i) + "}"));
            answers.add(putAsync(two, "{\"passes\": " + (20 + i) + "}"));
        }
        for (var answer : answers) {
            assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
        }

        // Each change got a version of its own and was made of the one before it: no key went back.
        assertThat(answers).extracting(answer -> json(answer.get()).getLong("version"))
                .containsExactlyInAnyOrderElementsOf(
                        java.util.stream.LongStream.rangeClosed(before + 1, before + 4).boxed().toList());
        await().atMost(PATIENCE).until(() -> json(get(one)).getLong("version") == before + 4);
        JsonObject last = json(get(one));
        assertThat(last.getJsonObject("settings").getInteger("cells-max")).isBetween(1001, 1002);
        assertThat(last.getJsonObject("settings").getInteger("passes")).isBetween(21, 22);
        assertThat(last.getJsonObject("settings").getDouble("modifier-max")).isEqualTo(3);
        assertThat(one.metrics().value(ControllerCounter.SETTINGS_CHANGED)
                + two.metrics().value(ControllerCounter.SETTINGS_CHANGED)).isEqualTo(before + 4);
    }

    @Test
    @Order(5)
    void shouldTakeTheFileOnceAndNotAgainWhenTheControllerIsStartedAnew() throws Exception {
        Files.writeString(file, "modifier-max: 4\nexplore-share: 0.75\n");
        await().atMost(PATIENCE).until(() -> json(get(two)).getString("source").equals("file"));
        JsonObject taken = json(get(two));
        assertThat(taken.getString("changed_by")).isEqualTo(file.toString());
        assertThat(taken.getJsonObject("settings").getDouble("explore-share")).isEqualTo(0.75);

        Path wrong = directory.resolve("wrong.yaml");
        Files.writeString(wrong, "# too much\nmodifier-max: 400\n");
        Files.move(wrong, file, StandardCopyOption.ATOMIC_MOVE);
        await().atMost(PATIENCE).until(() -> one.metrics().value(ControllerCounter.SETTINGS_FILE_REFUSED) == 1);
        assertThat(json(get(one))).isEqualTo(json(get(two))).isEqualTo(taken);

        // A change by hand outlives the file that was taken before it, and a restart with that file.
        Files.writeString(file, "modifier-max: 4\nexplore-share: 0.75\n");
        long version = json(put(two, "{\"explore-share\": 0.5}")).getLong("version");
        // Nor does a message that nobody can read undo it, or keep a controller from starting.
        try (var producer = new KafkaProducer<String, byte[]>(
                KafkaClients.producer(config("", Map.of()).kafka(), "t"))) {
            producer.send(new ProducerRecord<>(Topics.EXPLORATION.topic(), FleetSettings.KEY, new byte[]{1, 2, 3}))
                    .get();
        }
        await().atMost(PATIENCE).until(() -> two.metrics().value(ControllerCounter.UNREADABLE) == 1);
        one.close();
        one = ControllerProcess.start(config("one", Map.of("exploration.file", file.toString())));
        await().atMost(PATIENCE).until(one::ready);
        assertThat(json(get(one)).getLong("version")).isEqualTo(version);
        // The next content is taken, so the watcher has looked.
        Files.writeString(file, "modifier-max: 2\n");
        await().atMost(PATIENCE).until(() -> json(get(one)).getLong("version") == version + 1);
        assertThat(json(get(one)).getJsonObject("settings").getDouble("explore-share")).isEqualTo(0.5);
        assertThat(json(get(one)).getJsonArray("changes").encode())
                .isEqualTo("[{\"key\":\"modifier-max\",\"old\":\"4.0\",\"new\":\"2.0\"}]");
    }

    private record Run(int exitCode, String out, String err) {}

    private static Run explore(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = ExploreMain.execute(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Run(code, out.toString(), err.toString());
    }

    @Test
    @Order(6)
    void shouldShowAndSetFromATerminal() throws Exception {
        String url = "http://127.0.0.1:" + two.adminPort() + "/";
        String token = Files.writeString(directory.resolve("token"), TOKEN + "\n").toString();
        long version = json(get(two)).getLong("version");

        Run set = explore("set", "time-to-live=30s", "divisor=format", "--controller", url, "--token-file", token,
                "--actor", "bob");
        Run show = explore("show", "--controller", url, "--token-file", token);
        Run wrong = explore("set", "explore-share=2", "--controller", url, "--token-file", token);
        Run stale = explore("set", "passes=3", "--if-version", Long.toString(version), "--controller", url,
                "--token-file", token);
        Run untrusted = explore("show", "--controller", url);
        Run nobody = explore("show", "--controller", "http://127.0.0.1:1", "--token-file", token);
        Run noFile = explore("show", "--controller", url, "--token-file", token + "s");
        Run json = explore("show", "--json", "--controller", url, "--token-file", token);

        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(set.out()).contains("version " + (version + 1) + ", ", "by bob (admin)",
                "changed time-to-live: 1m -> 30s", "changed divisor: arm -> format");
        assertThat(show).isEqualTo(set);
        assertThat(show.out()).containsPattern("(?m)^time-to-live +30s$").containsPattern("(?m)^cells-max +\\d+$");
        assertThat(wrong).isEqualTo(new Run(2, "", "explore-share = 2.0: must be at most 1" + System.lineSeparator()));
        assertThat(stale.exitCode()).isEqualTo(4);
        assertThat(untrusted.exitCode()).isEqualTo(3);
        assertThat(untrusted.err()).contains("--token-file");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err()).contains("start the controller");
        assertThat(noFile.exitCode()).isEqualTo(2);
        assertThat(new JsonObject(json.out())).isEqualTo(json(get(two)));
        assertThat(explore().exitCode()).isEqualTo(2);
        assertThat(explore("set").exitCode()).isEqualTo(2);
        assertThat(explore("--help").out()).contains("show", "set", "Exit codes");
    }

    @Test
    @Order(7)
    void shouldSetHowOneArmMeasuresAndLeaveTheOthers() throws Exception {
        String url = "http://127.0.0.1:" + two.adminPort() + "/";
        String token = directory.resolve("token").toString();

        Run rows = explore("set", "arms.rows.estimator=row-information", "arms.rows.scale=logit", "--controller", url,
                "--token-file", token);
        Run logit = explore("set", "arms.logit.scale=logit", "arms.logit.passes=50", "--controller", url,
                "--token-file", token);
        Run back = explore("set", "arms.logit.passes=", "arms.rows.estimator=", "arms.rows.scale=", "--controller",
                url, "--token-file", token);

        assertThat(rows.exitCode()).as(rows.err()).isZero();
        assertThat(rows.out()).contains("changed arms.rows.estimator: as the fleet -> row-information",
                "changed arms.rows.scale: as the fleet -> logit");
        assertThat(logit.exitCode()).as(logit.err()).isZero();
        assertThat(logit.out()).containsPattern("(?m)^arms.rows.estimator +row-information$")
                .containsPattern("(?m)^arms.logit.passes +50$");
        assertThat(back.out()).contains("changed arms.rows.scale: logit -> as the fleet",
                "changed arms.logit.passes: 50 -> as the fleet").containsPattern("(?m)^arms.logit.scale +logit$")
                .doesNotContainPattern("(?m)^arms.rows");
        assertThat(explore("set", "arms.rows.estimator=guess", "--controller", url, "--token-file", token).err())
                .contains("arms.rows.estimator = guess: must be one of monte-carlo, linearised, row-information");
        assertThat(explore("set", "arms.rows.passes=1", "--controller", url, "--token-file", token).err())
                .contains("passes is 1, must be 2 to 1000");
        assertThat(explore("set", "arms.rows.estimater=linearised", "--controller", url, "--token-file", token).err())
                .contains("unknown key, did you mean arms.rows.estimator?");
        assertThat(explore("set", "arms.rows=linearised", "--controller", url, "--token-file", token).err())
                .contains("arms.rows: must name an arm and a key of it");

        Files.writeString(file, "arms: {rows: {estimator: linearised}}\n");
        await().atMost(PATIENCE).until(() -> json(get(two)).getString("source").equals("file"));
        assertThat(json(get(two)).getJsonArray("changes").encode()).isEqualTo(
                "[{\"key\":\"arms.rows.estimator\",\"old\":\"as the fleet\",\"new\":\"linearised\"},"
                        + "{\"key\":\"arms.logit.scale\",\"old\":\"logit\",\"new\":\"as the fleet\"}]");
    }

    @Test
    @Order(8)
    void shouldLetNobodyChangeAnythingWhenThereIsNoToken() throws Exception {
        two.close();
        two = ControllerProcess.start(config("two", Map.of("admin.token", "")));

        HttpResponse<String> answer = put(two, "{\"passes\": 3}");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(json(answer).getString("error")).contains("set admin.token");
        assertThat(send(two, request -> request.DELETE()).statusCode()).isEqualTo(405);
        assertThat(send(two, request -> request.POST(HttpRequest.BodyPublishers.noBody())).headers()
                .firstValue("allow")).hasValue("GET, PUT");
    }

    private interface Asking {
        HttpRequest.Builder with(HttpRequest.Builder request);
    }

    private static HttpResponse<String> send(ControllerProcess controller, Asking asking) throws Exception {
        return HTTP.send(request(controller, asking), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(ControllerProcess controller, Asking asking) {
        return asking.with(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + controller.adminPort()
                + "/admin/exploration")).setHeader("authorization", "Bearer " + TOKEN)).build();
    }

    private static HttpResponse<String> get(ControllerProcess controller) throws Exception {
        return send(controller, HttpRequest.Builder::GET);
    }

    private static HttpResponse<String> put(ControllerProcess controller, String body, String... header)
            throws Exception {
        return send(controller, request -> {
            request.PUT(HttpRequest.BodyPublishers.ofString(body));
            return header.length == 0 ? request : request.setHeader(header[0], header[1]);
        });
    }

    private static CompletableFuture<HttpResponse<String>> putAsync(ControllerProcess controller, String body) {
        return HTTP.sendAsync(request(controller, request -> request.PUT(HttpRequest.BodyPublishers.ofString(body))),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject json(HttpResponse<String> answer) {
        return new JsonObject(answer.body());
    }
}
