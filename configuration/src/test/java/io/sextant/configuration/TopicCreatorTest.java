package io.sextant.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.protocol.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/* Creation on a real broker is tested where a process starts against one. */
class TopicCreatorTest {
    @Test
    void shouldNameAddressAndRemedyWhenNoBrokerAnswers() throws IOException {
        try (var unanswered = new ServerSocket(0)) {
            KafkaConfig kafka = kafka("localhost:" + unanswered.getLocalPort(), Map.of());

            assertThatThrownBy(() -> new TopicCreator(kafka).createMissing(List.of(Topics.MODELS)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("kafka.bootstrap-servers = " + kafka.bootstrapServers()
                            + ": no broker served the topics within 300ms; start one or correct the address");
        }
    }

    @Test
    void shouldNotBlockWhenCreatingInBackgroundWithoutBroker() throws IOException {
        try (var unanswered = new ServerSocket(0);
                var creation = new TopicCreator(kafka("localhost:" + unanswered.getLocalPort(), Map.of()))
                        .createInBackground(List.of(Topics.MODELS))) {
            assertThat(creation.done()).isFalse();
        }
    }

    @Test
    void shouldPassPropertiesOnAndLetThemWinWhenClientsAreConfigured() {
        KafkaConfig kafka = kafka("localhost:1", Map.of("security.protocol", "SSL", "compression.type", "zstd"));

        assertThat(KafkaClients.producer(kafka, "me")).containsEntry("security.protocol", "SSL")
                .containsEntry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd")
                .containsEntry(ProducerConfig.CLIENT_ID_CONFIG, "me")
                .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        assertThat(KafkaClients.consumer(kafka, "me", "trainer"))
                .containsEntry(ConsumerConfig.GROUP_ID_CONFIG, "test-trainer")
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        assertThat(KafkaClients.consumer(kafka, "me", null)).doesNotContainKey(ConsumerConfig.GROUP_ID_CONFIG);
        assertThat(kafka.topic(Topics.MODELS)).isEqualTo("test-models");
    }

    private static KafkaConfig kafka(String servers, Map<String, String> properties) {
        return new KafkaConfig(servers, "test-",
                new KafkaConfig.TopicsConfig(1, 1, Duration.ofDays(1), Duration.ofMillis(300)), properties);
    }
}
