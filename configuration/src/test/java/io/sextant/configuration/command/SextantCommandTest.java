package io.sextant.configuration.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.ConfigOptions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class SextantCommandTest {
    @Command(name = "sextant bench", subcommands = Tides.class)
    private static final class Bench implements Runnable {
        @Override
        public void run() {}
    }

    @Command(name = "tides")
    static final class Tides extends SextantCommand {
        @Option(names = "--days", defaultValue = "1")
        private int days;

        @Option(names = "--missing")
        private boolean missing;

        @Mixin
        private final FiguresOption figures = new FiguresOption();

        @Override
        public Integer call() throws IOException {
            refuse(days < 1, "--days", days, "1 or more");
            if (missing) {
                throw new FileNotFoundException("tides.csv is missing");
            }
            figures.write(file -> Files.writeString(file, typed()), out());
            return 0;
        }
    }

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return ConfigOptions.commandLine(new Bench(), FileNotFoundException.class).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)).execute(arguments);
    }

    @Test
    void shouldWriteFiguresWithTheCommandAsTypedAndSayWhereWhenAskedTo(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("tides.json");

        assertThat(run("tides", "--days", "3", "--json", file.toString())).isZero();

        assertThat(file).hasContent("./sextant bench tides --days 3 --json " + file);
        assertThat(out.toString().lines()).containsExactly("Figures: " + file);
    }

    @Test
    void shouldWriteNothingWhenNotAskedTo() {
        assertThat(run("tides")).isZero();

        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldNameOptionValueAndRangeWhenItRefuses() {
        assertThat(run("tides", "--days", "0")).isEqualTo(2);

        assertThat(err.toString()).startsWith("--days is 0, must be 1 or more");
    }

    @Test
    void shouldPrintOneLineAndExitWithOneWhenAFailureIsOneToBeTold() {
        assertThat(run("tides", "--missing")).isEqualTo(1);

        assertThat(err.toString().lines()).containsExactly("tides.csv is missing");
    }
}
