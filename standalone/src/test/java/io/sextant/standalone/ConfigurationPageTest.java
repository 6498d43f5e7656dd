package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.ConfigurationDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} says what the reference files say. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void shouldSayWhatTheReferencesSayWhenThePageIsRead() throws IOException {
        String page = Files.readString(PAGE);

        List<String> differences = ConfigurationDocs.differences(page,
                List.of("bidder", "controller", "trainer", "ab-report"));

        assertThat(differences)
                .as("write the page anew, after a build: java -cp 'standalone/target/dist/lib/*' "
                        + "io.sextant.configuration.ConfigurationDocs docs/configuration.md bidder controller trainer ab-report")
                .isEmpty();
    }
}
