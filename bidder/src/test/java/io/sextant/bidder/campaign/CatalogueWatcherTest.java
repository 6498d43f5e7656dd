package io.sextant.bidder.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueWatcherTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldTakeOverGoodFilesAndRefuseBadOnesHoweverTheyAreWritten() throws IOException {
        Path file = directory.resolve("campaigns.yaml");
        Files.writeString(file, CatalogueReaderTest.WHOLE);
        CatalogueConfig config = CatalogueReaderTest.config(file);
        var reader = new CatalogueReader(config);
        List<Catalogue> taken = new CopyOnWriteArrayList<>();
        List<String> refused = new CopyOnWriteArrayList<>();

        try (var _ = new CatalogueWatcher(config, reader, reader.read(file), taken::add,
                e -> refused.add(e.getMessage()))) {
            // Same length and, more likely than not, the same time stamp.
            Files.writeString(file, CatalogueReaderTest.WHOLE.replace("cpc: 0.45", "cpc: 0.46"));
            await().until(() -> taken.size() == 1);

            Path other = directory.resolve("new.yaml");
            Files.writeString(other, CatalogueReaderTest.WHOLE.replace("cpc: 0.45", "cpc: 0.47"));
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> taken.size() == 2);

            Files.writeString(file, CatalogueReaderTest.WHOLE.replace("cpc: 0.45", "cpc: free"));
            await().until(() -> !refused.isEmpty());

            Files.delete(file);
            Files.writeString(file, CatalogueReaderTest.WHOLE.replace("cpc: 0.45", "cpc: 0.48"));
            await().until(() -> taken.size() == 3);
        }

        assertThat(taken).extracting(catalogue -> catalogue.campaigns().getFirst().cpcMicros())
                .containsExactly(460_000L, 470_000L, 480_000L);
        assertThat(refused).last().asString().contains("campaign summer: cpc: \"free\" is not right");
        assertThat(taken.getLast().sha256())
                .isEqualTo(CatalogueReader.sha256(Files.readAllBytes(file)));
    }
}
