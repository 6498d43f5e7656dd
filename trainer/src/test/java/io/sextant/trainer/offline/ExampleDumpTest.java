package io.sextant.trainer.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.Samples;
import io.sextant.trainer.TestBroker;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.data.DataReader;
import io.sextant.trainer.data.DataSet;
import io.sextant.trainer.data.InputFiles;
import io.sextant.trainer.data.ReadOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleDumpTest {
    @TempDir
    private Path brokerDirectory;
    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return ExamplesMain.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void shouldCopyOneArmsExamplesAsTheyAreWhenTheTopicHasMore() throws Exception {
        Path file = folder.resolve("dumps/control.examples.gz");
        try (var broker = new TestBroker(brokerDirectory)) {
            String bootstrap = "kafka.bootstrap-servers=" + broker.address();
            KafkaConfig kafka = new ConfigurationLoader("trainer", Map.of())
                    .load(TrainerConfig.class, null, Map.of("kafka.bootstrap-servers", broker.address())).kafka();
            assertThat(run("--arm", "control", "--out", file.toString(), "--set", bootstrap)).isEqualTo(1);
            assertThat(err.toString()).contains("there is no topic examples");
            send(kafka);

            assertThat(run("--arm", "control", "--out", file.toString(), "--set", bootstrap)).isZero();
            assertThat(run("--arm", "nobody", "--out", folder.resolve("nobody.gz").toString(), "--set", bootstrap))
                    .isZero();
        }

        assertThat(out.toString()).contains("40 examples of arm control", "none of arm nobody");
        DataSet data = new DataReader(InputFiles.of(List.of(file), Optional.empty()), ReadOptions.standard())
                .read(Samples.schema());
        assertThat(data.size()).isEqualTo(40);
        int[] row = new int[data.schema().size()];
        for (int i = 0; i < data.size(); i++) {
            Example sent = Samples.example("control", i);
            data.features(i, row, 0);
            assertThat(row).isEqualTo(sent.getFeatureList().stream().mapToInt(Integer::intValue).toArray());
            assertThat(data.click(i)).isEqualTo(sent.getClick());
        }
        assertThat(folder.resolve("dumps")).isDirectoryNotContaining("glob:**.part");
    }

    private static void send(KafkaConfig kafka) throws Exception {
        String topic = kafka.topic(Topics.EXAMPLES);
        try (Admin admin = Admin.create(KafkaClients.common(kafka, "test"))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
        try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(kafka, "test"))) {
            for (int i = 0; i < 40; i++) {
                for (String arm : List.of("control", "random")) {
                    producer.send(new ProducerRecord<>(topic, arm, Samples.example(arm, i).toByteArray())).get();
                }
            }
        }
    }
}
