package io.sextant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.KafkaConfig;
import io.sextant.trainer.Samples;
import io.sextant.trainer.TrainerConfig.ModelsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPublisherTest {
    @TempDir
    Path models;

    @Test
    void shouldKeepNewestVersionsWhenPruned() throws IOException {
        versions(0, 1, 2, 3, 4, 5);

        prune(3, 5, 4);

        assertThat(left()).containsExactly("0000000003", "0000000004", "0000000005", "checkpoint.safetensors");
    }

    @Test
    void shouldKeepAnnouncedVersionAndParentWhenTheyAreOld() throws IOException {
        versions(0, 1, 2, 3, 4, 5);

        prune(2, 2, 1);

        assertThat(left()).containsExactly("0000000001", "0000000002", "0000000003", "0000000004", "0000000005",
                "checkpoint.safetensors");
    }

    @Test
    void shouldKeepParentWhenVersionsBetweenWereRefused() throws IOException {
        versions(0, 1, 7, 8, 9);

        prune(2, 9, 1);

        assertThat(left()).containsExactly("0000000001", "0000000008", "0000000009", "checkpoint.safetensors");
    }

    private void versions(long... versions) throws IOException {
        Path arm = Files.createDirectories(models.resolve("control"));
        Files.writeString(arm.resolve("checkpoint.safetensors"), "state");
        for (long version : versions) {
            Path directory = Files.createDirectory(arm.resolve(String.format(Locale.ROOT, "%010d", version)));
            Files.writeString(directory.resolve("model.json"), "{}");
        }
    }

    private void prune(int keep, long announced, long parent) {
        try (var publisher = new ModelPublisher(KafkaConfig.of("localhost:1"), new ModelsConfig(models, keep),
                Samples.config(models, Map.of()).publish(), "control")) {
            publisher.prune(announced, parent);
        }
    }

    private List<String> left() throws IOException {
        try (var entries = Files.list(models.resolve("control"))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
