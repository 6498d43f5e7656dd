package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /** Through a consumer group and a transaction, since both need internal topics of their own. */
    @Test
    void shouldReturnWhatWasSentAndKeepItWhenTheNodeIsStartedAgain() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("words", 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
            }
            send(broker, "one", "two", "three");
            assertThat(receive(broker, "readers", 3)).containsExactly("one", "two", "three");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            assertThat(receive(broker, "others", 3)).containsExactly("one", "two", "three");
        }
    }

    private static void send(EmbeddedBroker broker, String... words) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (String word : words) {
                producer.send(new ProducerRecord<>("words", word)).get(30, TimeUnit.SECONDS);
            }
            producer.commitTransaction();
        }
    }

    private static List<String> receive(EmbeddedBroker broker, String group, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", group,
                "auto.offset.reset", "earliest", "isolation.level", "read_committed");
        List<String> words = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("words"));
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            while (words.size() < count && System.nanoTime() < deadlineNs) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> words.add(record.value()));
            }
        }
        return words;
    }
}
