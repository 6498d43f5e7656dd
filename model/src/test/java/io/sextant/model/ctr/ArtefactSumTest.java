package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtefactSumTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTellSavedModelsApartByNamesAndBytesOfAllFiles() throws IOException {
        Set<String> sums = new HashSet<>();
        for (List<String> files : List.<List<String>>of(List.of(), List.of("version"), List.of("variables/index"),
                List.of("variables/index", "version"), List.of("variables", "index"))) {
            Path directory = Files.createDirectory(folder.resolve("model-" + sums.size()));
            Files.writeString(directory.resolve("saved_model.pb"), "graph");
            for (String file : files) {
                Path path = directory.resolve(file);
                Files.createDirectories(path.getParent());
                Files.writeString(path, "x");
            }
            assertThat(ArtefactSum.isSavedModel(directory)).isTrue();
            sums.add(ArtefactSum.of(directory));
            assertThat(ArtefactSum.of(directory)).hasSize(64).isIn(sums);
        }
        assertThat(sums).hasSize(5);

        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.writeString(copy.resolve("saved_model.pb"), "graph");
        assertThat(ArtefactSum.of(copy)).as("the place does not matter").isIn(sums);
        Files.writeString(copy.resolve("saved_model.pb"), "graphs");
        assertThat(ArtefactSum.of(copy)).isNotIn(sums);
    }
}
