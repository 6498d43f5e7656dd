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

    @Test
    void shouldKeepWhatLeadsToAKeptVersionWhenItWentOutAsADelta() throws IOException {
        versions(0, 4, 8);
        deltas(1, 2, 3, 5, 6, 7, 9);

        prune(4, 9, 8);

        // 9, 8, 7 and 6 are kept: 7 and 6 need 4 and 5.
        assertThat(left()).containsExactly("0000000004", "0000000005-delta", "0000000006-delta", "0000000007-delta",
                "0000000008", "0000000009-delta", "checkpoint.safetensors");
    }

    @Test
    void shouldDeleteWhatAKilledTrainerLeftHalfDone() throws IOException {
        versions(0);
        Path arm = models.resolve("control");
        Files.writeString(Files.createDirectory(arm.resolve(".0000000001-ab")).resolve("weights.safetensors"), "half");
        Files.createDirectories(arm.resolve(".old-0000000000/replaced"));
        Files.writeString(arm.resolve(".checkpoint.safetensors-cd"), "half");

        try (var publisher = publisher(2)) {
            publisher.deleteLeftOvers();
        }

        assertThat(left()).containsExactly("0000000000", "checkpoint.safetensors");
    }

    private void deltas(long... versions) throws IOException {
        for (long version : versions) {
            Files.createDirectory(
                    models.resolve("control").resolve(String.format(Locale.ROOT, "%010d-delta", version)));
        }
    }

    private ModelPublisher publisher(int keep) {
        return new ModelPublisher(KafkaConfig.of("localhost:1"), new ModelsConfig(models, keep),
                Samples.config(models, Map.of()).publish(), "control");
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
        try (var publisher = publisher(keep)) {
            publisher.prune(announced, parent);
        }
    }

    private List<String> left() throws IOException {
        try (var entries = Files.list(models.resolve("control"))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
