package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.perf.ReportTable;
import io.sextant.protocol.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * What a request leaves behind: bytes on the wire, bytes in Kafka for a logged decision, for a message of a second, for a
 * notice; and what a notice costs the bidder. These are what a fleet's network and brokers are planned by.
 */
final class EventsPart implements LatencyPart {
    private static final int CANDIDATES = 100;
    private static final double RATE = 500;
    private static final int NOTICES = 400;
    private static final String PRICE = "0.02";
    private static final long ASK_MS = 200;
    private static final long ARRIVE_MAX_S = 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Topics> TOLD = List.of(Topics.BIDS, Topics.UNCERTAINTY, Topics.WINS, Topics.BILLS);

    /** Messages of a topic and their bytes on the broker's disk. */
    private record Row(Topics topic, long messages, long bytes) {
        double each() {
            return messages == 0 ? Double.NaN : (double) bytes / messages;
        }
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        if (bench.quick()) {
            return new PartResult(List.of(),
                    List.of("Bytes of events and of the wire are not measured in a quick run."), Map.of());
        }
        Supply supply = bench.workbench().supply(CANDIDATES);
        Traffic traffic = bench.traffic(supply);
        Workbench.Setup setup = bench.workbench().bidder(supply);
        Map<String, Object> configured = KafkaClients.common(setup.kafka(), "events-part");
        try (ServerJvm bidder = bench.bidder(setup, List.of());
                Admin admin = Admin.create(configured);
                HttpClient client = HttpClient.newHttpClient()) {
            bench.warm(bidder, traffic, share -> progress.accept(0.3 * share));
            LoadResult load = bench.run(bidder, traffic,
                    bench.plan(RATE, Duration.ofSeconds(20)), _ -> {});
            progress.accept(0.6);
            Duration cpu = bidder.cpu();
            int sent = notices(client, bidder.port(), load.samples(), traffic);
            double noticeCpuMs = bidder.cpu().minus(cpu).toNanos() / 1e6 / Math.max(1, sent);
            List<Row> rows = rows(admin, setup.kafka(), sent / 2);
            progress.accept(1);
            return result(rows, load, traffic, sent, noticeCpuMs);
        } catch (ExecutionException e) {
            throw new IOException("the broker does not tell its topics: " + e.getCause(), e);
        }
    }

    /** Sends win and bill of bids; returns how many were sent. */
    private static int notices(HttpClient client, int port, List<LoadResult.Sample> samples, Traffic traffic)
            throws IOException, InterruptedException {
        int sent = 0;
        for (LoadResult.Sample sample : samples) {
            Traffic.Template template = traffic.template(sample.template());
            if (sent >= NOTICES || template.protobuf() || template.gzip()
                    || !sample.head().startsWith("HTTP/1.1 200")) {
                continue;
            }
            JsonNode bid = JSON.readTree(sample.body()).path("seatbid").path(0).path("bid").path(0);
            for (String url : List.of(bid.path("nurl").asText(), bid.path("burl").asText())) {
                URI notice = URI.create(url.replace("${AUCTION_PRICE}", PRICE).replace("${AUCTION_MIN_TO_WIN}", ""));
                HttpResponse<Void> answer = client.send(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + notice.getRawPath() + "?" + notice.getRawQuery()))
                        .build(), HttpResponse.BodyHandlers.discarding());
                sent += answer.statusCode() / 100 == 2 ? 1 : 0;
            }
        }
        return sent;
    }

    private static List<Row> rows(Admin admin, KafkaConfig kafka, int bills)
            throws ExecutionException, InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARRIVE_MAX_S);
        while (System.nanoTime() < deadlineNs && messages(admin, kafka.topic(Topics.BILLS)) < bills) {
            TimeUnit.MILLISECONDS.sleep(ASK_MS);
        }
        List<Row> rows = new ArrayList<>();
        Map<String, Long> bytes = new TreeMap<>();
        admin.describeLogDirs(List.of(1)).allDescriptions().get().values()
                .forEach(directories -> directories.values().forEach(directory -> directory.replicaInfos()
                        .forEach((partition, info) -> bytes.merge(partition.topic(), info.size(), Long::sum))));
        for (Topics topic : TOLD) {
            rows.add(new Row(topic, messages(admin, kafka.topic(topic)), bytes.getOrDefault(kafka.topic(topic), 0L)));
        }
        return rows;
    }

    private static long messages(Admin admin, String topic) throws ExecutionException, InterruptedException {
        var partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get().offset();
    }

    private static PartResult result(List<Row> rows, LoadResult load, Traffic traffic, int sent, double noticeCpuMs) {
        double answer = load.samples().stream().mapToInt(sample -> sample.head().length() + sample.body().length)
                .average().orElse(Double.NaN);
        Row bills = rows.stream().filter(row -> row.topic() == Topics.BILLS).findFirst().orElseThrow();
        Row wins = rows.stream().filter(row -> row.topic() == Topics.WINS).findFirst().orElseThrow();
        Row bids = rows.stream().filter(row -> row.topic() == Topics.BIDS).findFirst().orElseThrow();
        Row seconds = rows.stream().filter(row -> row.topic() == Topics.UNCERTAINTY).findFirst().orElseThrow();
        List<LatencyFigure> figures = List.of(
                LatencyFigure.of("wire_bytes_per_request", traffic.bytesMean(), "bytes of a request, head and body"),
                LatencyFigure.of("wire_bytes_per_answer", answer, "bytes of an answer, head and body"),
                LatencyFigure.of("kafka_bytes_per_decision", bids.each(), "bytes in Kafka of a logged decision"),
                LatencyFigure.of("kafka_bytes_per_second_message", seconds.each(),
                        "bytes in Kafka of a bidder's second of an arm"),
                LatencyFigure.of("kafka_bytes_per_win", wins.each(), "bytes in Kafka of a win"),
                LatencyFigure.of("kafka_bytes_per_bill", bills.each(), "bytes in Kafka of a bill"),
                LatencyFigure.of("notice_cpu_ms", noticeCpuMs,
                        "CPU of a bidder for a notice, one at a time and cold: an upper bound, ms"));
        String table = ReportTable.of(rows, List.of(left("topic", row -> row.topic().topic()),
                right("messages", row -> String.format(Locale.ROOT, "%,d", row.messages())),
                right("bytes", row -> String.format(Locale.ROOT, "%,d", row.bytes())),
                right("bytes each", row -> String.format(Locale.ROOT, "%,.0f", row.each()))));
        Map<String, Object> details = new TreeMap<>();
        rows.forEach(row -> details.put(row.topic().topic(), Map.of("messages", row.messages(), "bytes", row.bytes())));
        details.put("notices", sent);
        return new PartResult(figures, List.of(table), details);
    }
}
