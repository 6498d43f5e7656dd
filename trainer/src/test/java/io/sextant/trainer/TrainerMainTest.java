package io.sextant.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.ConfigOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerMainTest {
    @TempDir
    Path directory;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldNameFileLineKeyValueAndRemedyWhenConfigIsWrong() throws IOException {
        Path file = Files.writeString(directory.resolve("my.yaml"), "publish:\n  min-exampels: 5\n");

        assertThat(run("--config", file.toString())).isEqualTo(ConfigOptions.EXIT_CONFIGURATION);
        assertThat(err.toString().lines()).containsExactly(
                file + ":2: publish.min-exampels = 5: unknown key, did you mean publish.min-examples?");
    }

    @Test
    void shouldPrintSettingsWithoutSecretsWhenAsked() {
        assertThat(run("--print-config", "--set", "admin.token=hush", "--set", "models.keep=9")).isZero();
        assertThat(out.toString()).contains("keep: 9", "min-interval: 10s").doesNotContain("hush");
    }

    @Test
    void shouldExplainOptionsWhenAskedForHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--config", "--set", "--print-config");
    }

    private int run(String... arguments) {
        return ConfigOptions.commandLine(new TrainerMain()).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
