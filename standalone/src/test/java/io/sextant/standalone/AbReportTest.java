package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Message;
import io.sextant.abtesting.live.AbReportMain;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.TopicCreator;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.LossCount;
import io.sextant.protocol.event.LossCounts;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.UnitSample;
import io.sextant.protocol.event.WinEvent;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.NeutralSlice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report on live traffic, from a real broker, with totals that are computed by hand. */
class AbReportTest {
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    @TempDir
    private Path folder;

    /** Whole hours, so that nothing depends on when the test runs. */
    private final long fromMs = System.currentTimeMillis() / HOUR_MS * HOUR_MS - 10 * HOUR_MS;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return AbReportMain.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void shouldAddUpWhatHappenedOnceWhenNoticesComeTwice() throws Exception {
        Path settings = Files.writeString(folder.resolve("experiment.yaml"), """
                experiment:
                  arms:
                    - {name: control, weight: 1}
                    - {name: random, weight: 1}
                    - {name: uncertainty, weight: 2}
                """);
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
            KafkaConfig kafka = new KafkaConfig(broker.bootstrapServers(), "",
                    new KafkaConfig.TopicsConfig(2, 1, Duration.ofDays(7), Duration.ofSeconds(30)), Map.of());
            assertThat(run("--bootstrap-servers", broker.bootstrapServers())).isEqualTo(1);
            assertThat(err.toString()).contains("there is no topic");
            new TopicCreator(kafka).createMissing(Topics.all());
            try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(kafka, "test"))) {
                new Feed(kafka, producer).all();
            }
            sendAndAbort(kafka);

            int exitCode = run("--bootstrap-servers", broker.bootstrapServers(), "--config", settings.toString(),
                    "--from", Instant.ofEpochMilli(fromMs).toString(), "--pre-from",
                    Instant.ofEpochMilli(fromMs - HOUR_MS).toString(), "--json", json.toString(), "--html",
                    html.toString());

            assertThat(exitCode).as(err.toString()).isEqualTo(3);
        }
        JsonNode report = new JsonMapper().readTree(json.toFile());
        // c1 costs its win's 2, c2 its win's 1, c3 nothing (the bill is above the bid), c4 its pixel's 3 USD per thousand
        assertArm(report, 0, "control", 3, 4, 1, 0.006);
        assertArm(report, 1, "random", 2, 2, 1, 0.006);
        assertArm(report, 2, "uncertainty", 4, 8, 2, 0.016);
        JsonNode control = report.get("arms").get(0);
        assertThat(control.get("requests").asLong()).isEqualTo(100);
        assertThat(control.get("win_rate").asDouble()).isCloseTo(0.2, within(1e-12));
        assertThat(control.get("losses").toString()).isEqualTo("{\"102\":7}");
        assertThat(control.get("ctr").get("value").asDouble()).isCloseTo(0.25, within(1e-12));
        assertThat(control.get("cpm").get("value").asDouble()).isCloseTo(1.5, within(1e-12));
        // at full traffic 0.006 / 0.25 against 0.006 / 0.25 and 0.016 / 0.5; CTR 1 / 4 against 1 / 2 and 2 / 8
        assertThat(difference(report, "spend", "random").asDouble()).isCloseTo(0, within(1e-12));
        assertThat(difference(report, "spend", "uncertainty").asDouble()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(difference(report, "ctr", "random").asDouble()).isCloseTo(1, within(1e-12));
        assertThat(difference(report, "ctr", "uncertainty").asDouble()).isCloseTo(0, within(1e-12));
        // units spent before in proportion to what they spend now
        assertThat(comparison(report, "spend", "uncertainty").get("variance_explained").asDouble()).isGreaterThan(0.5);
        JsonNode messages = report.get("messages");
        assertThat(messages.get("duplicate").asLong()).isEqualTo(3);
        assertThat(messages.get("price_above_bid").asLong()).isEqualTo(1);
        assertThat(messages.get("click_not_counted").asLong()).isEqualTo(1);
        assertThat(messages.get("unknown_arm").asLong()).isEqualTo(1);
        assertThat(messages.get("unreadable").asLong()).isEqualTo(1);
        assertThat(messages.get("outside").asLong()).isEqualTo(1);
        // of every second bidder's sample, one in 128 of both: 100, 100 and 200 buyers as expected, users not
        JsonNode allocation = report.get("allocation");
        assertThat(allocation.get(0).toString()).contains("\"buyer\"", "[100,100,200]", "\"p\":1.0", "false");
        assertThat(allocation.get(1).toString()).contains("\"user\"", "[200,200,200]", "true");
        assertThat(report.get("neutral").toString())
                .isEqualTo("[{\"arm\":\"random\",\"model_version\":4,\"examples\":500,"
                        + "\"clicks\":5,\"log_loss\":0.05,\"auc\":0.6,\"pcoc\":null}]");
        assertThat(out.toString()).contains("SAMPLE RATIO MISMATCH", "Conditional on these models", "| random ");
        assertThat(Files.readString(html)).contains("Sample ratio mismatch", "color-scheme", "uncertainty");
    }

    private static void assertArm(JsonNode report, int number, String name, int units, int impressions, int clicks,
            double spend) {
        JsonNode arm = report.get("arms").get(number);
        assertThat(arm.get("arm").asText()).isEqualTo(name);
        assertThat(arm.get("units").asInt()).as(name).isEqualTo(units);
        assertThat(arm.get("impressions").asInt()).as(name).isEqualTo(impressions);
        assertThat(arm.get("clicks").asInt()).as(name).isEqualTo(clicks);
        assertThat(arm.get("spend").asDouble()).as(name).isCloseTo(spend, within(1e-12));
    }

    private static JsonNode difference(JsonNode report, String measure, String arm) {
        return comparison(report, measure, arm).get("difference").get("value");
    }

    private static JsonNode comparison(JsonNode report, String measure, String arm) {
        for (JsonNode row : report.get("comparisons")) {
            if (row.get("measure").asText().equals(measure) && row.get("arm").asText().equals(arm)
                    && row.get("units").asText().equals("all")) {
                return row;
            }
        }
        throw new AssertionError("no " + measure + " of " + arm);
    }

    /** What a bidder began to tell and took back is not told. */
    private void sendAndAbort(KafkaConfig kafka) throws Exception {
        Map<String, Object> properties = KafkaClients.producer(kafka, "aborting");
        properties.put("transactional.id", "aborting");
        try (var producer = new KafkaProducer<String, byte[]>(properties)) {
            producer.initTransactions();
            producer.beginTransaction();
            BidFacts bid = new Feed(kafka, producer).bid("never", "control", 99, SpendsOn.SPENDS_ON_WIN, fromMs);
            producer.send(new ProducerRecord<>(kafka.topic(Topics.WINS), "never",
                    WinEvent.newBuilder().setBid(bid).setPriceCpmMicros(1_000_000).setTimeMs(fromMs + 1).build()
                            .toByteArray()))
                    .get();
            producer.abortTransaction();
        }
    }

    private final class Feed {
        private final KafkaConfig kafka;
        private final KafkaProducer<String, byte[]> producer;

        private Feed(KafkaConfig kafka, KafkaProducer<String, byte[]> producer) {
            this.kafka = kafka;
            this.producer = producer;
        }

        private void all() throws Exception {
            BidFacts c1 = bid("c1", "control", 1, SpendsOn.SPENDS_ON_BILL, fromMs);
            twice(Topics.CLICKS, "c1", ClickEvent.newBuilder().setBid(c1).setTimeMs(fromMs + 12_000).build());
            bill(c1, null);
            pixel(c1, null);
            twice(Topics.WINS, "c1", win(c1, 2.0));
            BidFacts c2 = bid("c2", "control", 1, SpendsOn.SPENDS_ON_WIN, fromMs + 5);
            send(Topics.WINS, "c2", win(c2, 1.0));
            bill(c2, 1.0);
            BidFacts c3 = bid("c3", "control", 2, SpendsOn.SPENDS_ON_BILL, fromMs + 5);
            bill(c3, 5.0);
            pixel(c3, null);
            BidFacts c4 = bid("c4", "control", 3, SpendsOn.SPENDS_ON_IMPRESSION, fromMs + 5);
            pixel(c4, 3.0);
            send(Topics.CLICKS, "c4", ClickEvent.newBuilder().setBid(c4).setTimeMs(fromMs + 2 * HOUR_MS).build());
            for (int i = 1; i <= 2; i++) {
                BidFacts bid = bid("r" + i, "random", 10 + i, SpendsOn.SPENDS_ON_BILL, fromMs + 100L * i);
                bill(bid, 3.0);
                if (i == 1) {
                    twice(Topics.CLICKS, "r1", ClickEvent.newBuilder().setBid(bid).setTimeMs(fromMs + 9000).build());
                }
            }
            for (int i = 1; i <= 8; i++) {
                BidFacts bid = bid("u" + i, "uncertainty", 20 + i % 4, SpendsOn.SPENDS_ON_BILL, fromMs + i);
                bill(bid, 2.0);
                if (i <= 2) {
                    send(Topics.CLICKS, "u" + i, ClickEvent.newBuilder().setBid(bid).setTimeMs(fromMs + 500).build());
                }
            }
            before();
            send(Topics.WINS, "g1", win(bid("g1", "ghost", 70, SpendsOn.SPENDS_ON_WIN, fromMs), 1.0));
            send(Topics.WINS, "o1", win(bid("o1", "control", 71, SpendsOn.SPENDS_ON_WIN, fromMs - 2 * HOUR_MS), 1.0));
            producer.send(new ProducerRecord<>(kafka.topic(Topics.BILLS), "x", new byte[]{1, 2, 3})).get();
            minutes();
            units();
            send(Topics.LOSSES, "control", LossCounts.newBuilder().setArm("control").setSecondMs(fromMs)
                    .addCount(LossCount.newBuilder().setReason(102).setCount(7)).build());
            ModelSnapshot model = ModelSnapshot.newBuilder().setArm("random").setVersion(4).setNeutral(NeutralSlice
                    .newBuilder().setExamples(500).setClicks(5).setAuc(0.6).setLogLoss(0.05).setPcoc(Double.NaN))
                    .build();
            send(Topics.MODELS, "random", model);
            send(Topics.MODELS, "random", model.toBuilder().setVersion(3).clearNeutral().build());
            send(Topics.MODELS, "control", model.toBuilder().setArm("control").clearNeutral().build());
        }

        /** The time before: what units spent then is nearly what they spend now. */
        private void before() throws Exception {
            long[] control = {1, 3};
            for (int i = 0; i < control.length; i++) {
                bill(bid("bc" + i, "control", control[i], SpendsOn.SPENDS_ON_BILL, fromMs - 1000), 2.5 + i);
            }
            for (int i = 1; i <= 2; i++) {
                bill(bid("br" + i, "random", 10 + i, SpendsOn.SPENDS_ON_BILL, fromMs - 1000), 3.0);
            }
            for (int i = 0; i < 4; i++) {
                bill(bid("bu" + i, "uncertainty", 20 + i, SpendsOn.SPENDS_ON_BILL, fromMs - 1000), 4.0);
            }
        }

        private void minutes() throws Exception {
            ArmMinute minute = ArmMinute.newBuilder().setArm("control").setMinuteMs(fromMs).setRequests(100).setBids(50)
                    .setWins(10).build();
            send(Topics.METRICS, "control/1", minute.toBuilder().setRequests(40).build());
            send(Topics.METRICS, "control/1", minute);
            send(Topics.METRICS, "control/0", minute.toBuilder().setMinuteMs(fromMs - 60_000).build());
        }

        /** The second bidder samples one in 128: of the first one's hashes every other one counts. */
        private void units() throws Exception {
            second("a", "control", 64, UnitKind.UNIT_BUYER, LongStream.range(0, 200).map(i -> 64 * i));
            second("b", "control", 128, UnitKind.UNIT_BUYER, LongStream.range(50, 100).map(i -> 128 * i));
            second("b", "random", 128, UnitKind.UNIT_BUYER, LongStream.range(1000, 1100).map(i -> 128 * i));
            second("b", "uncertainty", 128, UnitKind.UNIT_BUYER, LongStream.range(2000, 2200).map(i -> 128 * i));
            for (int i = 0; i < 3; i++) {
                long start = 10_000 + 1000L * i;
                second("b", List.of("control", "random", "uncertainty").get(i), 128, UnitKind.UNIT_USER,
                        LongStream.range(start, start + 200).map(unit -> 128 * unit));
            }
        }

        private void second(String bidder, String arm, int oneIn, UnitKind kind, LongStream hashes) throws Exception {
            send(Topics.UNCERTAINTY, arm,
                    ArmSecond.newBuilder().setBidder(bidder).setArm(arm).setSecondMs(fromMs + 1000)
                            .setUnitSampleOneIn(oneIn)
                            .addUnit(UnitSample.newBuilder().setKind(kind).addAllHash(hashes.boxed().toList()))
                            .build());
        }

        private BidFacts bid(String id, String arm, long unit, SpendsOn spendsOn, long timeMs) {
            return BidFacts.newBuilder().setBidId(id).setArm(arm).setUnitHash(unit).setUnitKind(UnitKind.UNIT_USER)
                    .setSpendsOn(spendsOn).setBidCpmMicros(4_000_000).setBidTimeMs(timeMs).build();
        }

        private WinEvent win(BidFacts bid, double price) {
            return WinEvent.newBuilder().setBid(bid).setPriceCpmMicros(Math.round(price * 1e6))
                    .setTimeMs(bid.getBidTimeMs() + 100).build();
        }

        private void bill(BidFacts bid, @Nullable Double price) throws Exception {
            BillEvent.Builder event = BillEvent.newBuilder().setBid(bid).setTimeMs(bid.getBidTimeMs() + 200);
            if (price != null) {
                event.setPriceCpmMicros(Math.round(price * 1e6));
            }
            send(Topics.BILLS, bid.getBidId(), event.build());
        }

        private void pixel(BidFacts bid, @Nullable Double price) throws Exception {
            ImpressionEvent.Builder event = ImpressionEvent.newBuilder().setBid(bid)
                    .setTimeMs(bid.getBidTimeMs() + 300);
            if (price != null) {
                event.setPriceCpmMicros(Math.round(price * 1e6));
            }
            send(Topics.IMPRESSIONS, bid.getBidId(), event.build());
        }

        private void twice(Topics topic, String key, Message message) throws Exception {
            send(topic, key, message);
            send(topic, key, message);
        }

        private void send(Topics topic, String key, Message message) throws Exception {
            producer.send(new ProducerRecord<>(kafka.topic(topic), key, message.toByteArray())).get();
        }
    }

    @Test
    void shouldNameTheMistakeWhenAnOptionOrSettingIsWrong() throws Exception {
        assertThat(run("--from", "yesterday")).isEqualTo(2);
        assertThat(err.toString()).contains("--from is \"yesterday\", must be a day");
        assertThat(run("--from", "2026-01-02", "--to", "2026-01-01")).isEqualTo(2);
        assertThat(run("--from", "2026-01-02", "--pre-from", "2026-01-03")).isEqualTo(2);
        assertThat(err.toString()).contains("--from is not before --to", "--pre-from must be before --from");
        Path settings = Files.writeString(folder.resolve("wrong.yaml"), "experiment: {control: nobody}",
                StandardCharsets.UTF_8);
        assertThat(run("--config", settings.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("experiment.control is \"nobody\"");
        assertThat(run("--bootstrap-servers", "127.0.0.1:9", "--set", "kafka.topics.timeout=500ms")).isEqualTo(1);
        assertThat(err.toString()).contains("cannot be read", "is kafka.bootstrap-servers right?");
    }
}
