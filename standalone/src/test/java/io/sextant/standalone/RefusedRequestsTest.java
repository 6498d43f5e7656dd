package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.fixtures.request.RequestMutator;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.openrtb.BidRequestReader;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.sextant.protocol.openrtb.OpenRtbFormatException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What is no bid request leaves no trace behind the bidder's door, with a real broker behind it. */
class RefusedRequestsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int REQUESTS = 500;
    /** All that a bidder writes of requests and notices. */
    private static final List<Topics> WRITTEN = List.of(Topics.UNCERTAINTY, Topics.WINS, Topics.BILLS,
            Topics.IMPRESSIONS, Topics.CLICKS, Topics.LOSSES, Topics.BIDS);
    /** Every decision is logged, so that one of a refused request would be seen. */
    private static final Map<String, Map<String, String>> SETTINGS = Map.of("trainer",
            Map.of("model.rows-factor", "0.1"), "bidder",
            Map.of("models.rows-factor", "0.1", "events.sample-share", "1"));

    private record Body(ByteString bytes, String type) {}

    // RocksDB may still write its last file when the test is over.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    @Test
    void shouldWriteNothingToAnyTopicWhenRequestsAreRefused() throws Exception {
        List<Body> bodies = refusedBodies();
        byte[] good = new OpenRtbCodec().write(BidRequestFixtures.banner().setTmax(500).build());
        try (var stack = new LocalStack(Profile.DEMO, folder, 0, SETTINGS, _ -> {});
                var client = HttpClient.newHttpClient()) {
            for (Body body : bodies) {
                HttpResponse<String> answer = send(client, stack, body);
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).matches("\\{\"error\":\".+\",\"field\":\".*\"}");
            }

            // The bidder reports once a second and in order: once this request is reported, any before it were.
            assertThat(send(client, stack, new Body(ByteString.copyFrom(good), "application/json")).statusCode())
                    .isIn(200, 204);

            KafkaConfig kafka = stack.bidderConfig().kafka();
            try (var consumer = new KafkaConsumer<String, byte[]>(KafkaClients.consumer(kafka, "refused", null))) {
                var partitions = WRITTEN.stream().map(topic -> new TopicPartition(kafka.topic(topic), 0)).toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                List<ArmSecond> seconds = new ArrayList<>();
                List<String> others = new ArrayList<>();
                await().atMost(PATIENCE).until(() -> {
                    consumer.poll(Duration.ofMillis(200)).forEach(message -> {
                        if (message.topic().equals(kafka.topic(Topics.UNCERTAINTY))) {
                            seconds.add(second(message.value()));
                        } else {
                            others.add(message.topic());
                        }
                    });
                    return requests(seconds) > 0 && !others.isEmpty();
                });
                assertThat(requests(seconds)).isEqualTo(1);
                assertThat(others).containsExactly(kafka.topic(Topics.BIDS));
            }
        }
    }

    private static List<Body> refusedBodies() {
        var reader = new BidRequestReader(new OpenRtbCodec());
        var mutator = new RequestMutator(20260102);
        List<String> names = BidRequestFixtures.names();
        List<Body> bodies = new ArrayList<>();
        for (int i = 0; bodies.size() < REQUESTS; i++) {
            String name = names.get(i % names.size());
            boolean json = i % 2 == 0;
            byte[] bytes = json ? mutator.mutateJson(BidRequestFixtures.json(name))
                    : mutator.mutateProtobuf(BidRequestFixtures.request(name).toByteArray());
            try {
                if (json) {
                    reader.readJson(bytes, 0, bytes.length);
                } else {
                    reader.readProtobuf(bytes, 0, bytes.length);
                }
            } catch (OpenRtbFormatException _) {
                bodies.add(new Body(ByteString.copyFrom(bytes), json ? "application/json" : "application/x-protobuf"));
            }
        }
        return bodies;
    }

    private static HttpResponse<String> send(HttpClient client, LocalStack stack, Body body) throws Exception {
        var request = HttpRequest.newBuilder(stack.bidder()).header("content-type", body.type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.bytes.toByteArray())).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static long requests(List<ArmSecond> seconds) {
        return seconds.stream().mapToLong(ArmSecond::getRequests).sum();
    }

    private static ArmSecond second(byte[] value) {
        try {
            return ArmSecond.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }
}
