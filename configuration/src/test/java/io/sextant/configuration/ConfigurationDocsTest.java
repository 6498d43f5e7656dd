package io.sextant.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationDocsTest {
    private static final List<String> SAMPLE = List.of("sample");

    @TempDir
    Path directory;

    @Test
    void shouldListEveryKeyWithDefaultAndCommentWhenReferenceIsRead() {
        ConfigurationReference reference = ConfigurationReference.of("sample");

        assertThat(reference.keys()).extracting(ConfigurationReference.Key::path).containsExactly("http.port",
                "http.host", "http.max-body-bytes", "http.deadline", "http.admin-token", "bidding.enabled",
                "bidding.margin", "bidding.quantile.low", "bidding.quantile.high", "bidding.countries", "bidding.rates",
                "bidding.seals", "bidding.arms", "bidding.arms[].name", "bidding.arms[].share", "bidding.arms[].rule");
        assertThat(reference.keys()).contains(
                new ConfigurationReference.Key("http.port", "8080", "Port that requests come in on."),
                new ConfigurationReference.Key("http.admin-token", "\"\"", "Token of the admin page."),
                new ConfigurationReference.Key("bidding.quantile.low", "0.1", "Lower quantile, 0 to 1."),
                new ConfigurationReference.Key("bidding.countries", "[DE, US]", "Countries that are bid in."),
                new ConfigurationReference.Key("bidding.rates", "{USD: 1, EUR: 1.08}", "Currency rates to USD."),
                new ConfigurationReference.Key("bidding.arms[].name", "control", "Unique name."));
        assertThat(reference.uncommented()).isEmpty();
    }

    @Test
    void shouldWritePageThatHasNoDifferencesWhenRun() throws IOException {
        Path page = directory.resolve("configuration.md");

        ConfigurationDocs.main(new String[]{page.toString(), "sample"});

        assertThat(Files.readString(page)).contains("| `http.port` | `8080` | Port that requests come in on. |\n");
        assertThat(ConfigurationDocs.differences(Files.readString(page), SAMPLE)).isEmpty();
    }

    @Test
    void shouldTellLinesWhenPageIsOutOfStep() {
        String page = ConfigurationDocs.render(SAMPLE).replace("`8080`", "`80`");

        assertThat(ConfigurationDocs.differences(page, SAMPLE)).containsExactly(
                "missing: | `http.port` | `8080` | Port that requests come in on. |",
                "not so: | `http.port` | `80` | Port that requests come in on. |");
    }
}
