package io.sextant.abtesting.simulation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.configuration.command.SextantCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sextant experiment statistics}: the statistics held against experiments whose truth is known. */
@Command(name = "statistics", mixinStandardHelpOptions = true, version = "Sextant experiment statistics 0.1.0", description = {
    "Holds the statistics of the reports against thousands of simulated experiments whose truth is known: how often",
    "tests call a difference that is not there, with one look and with a look after every user; how often intervals hold",
    "the truth; whether the planned power is reached; and what tests over requests and over users say of two arms that",
    "are the same but train models of their own."}, footer = {"",
        "Exit codes: 0 every number is where it has to be; 1 one is not, or the JSON file cannot be written;",
        "2 the command line cannot be used."})
public final class StatisticsCommand extends SextantCommand {
    private static final int FAILED = 1;
    private static final int QUICK_RUNS = 200;

    @Option(names = "--runs", defaultValue = "2000", paramLabel = "NUMBER", description = "Simulated experiments of each kind; default ${DEFAULT-VALUE}.")
    private int runs;

    @Option(names = "--quick", description = "Only " + QUICK_RUNS + " of each kind: seconds, and wide ranges.")
    private boolean quick;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "NUMBER", description = "Of everything; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--threads", paramLabel = "NUMBER", description = "Default: one a core. The numbers do not depend on it.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the figures to this file.")
    private @Nullable Path json;

    /** What goes to the JSON file. */
    private record Answer(@JsonProperty("runs") int runs, @JsonProperty("seed") long seed,
            @JsonProperty("findings") List<Finding> findings) {}

    @Override
    public Integer call() throws InterruptedException {
        StatisticsCheck check = check();
        List<Finding> findings;
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("experiments").setInitialMax(check.experiments())
                .setStyle(ProgressBarStyle.ASCII).build()) {
            findings = check.findings(bar::step);
        }
        PrintWriter out = out();
        out.println(table(findings));
        List<Finding> wrong = findings.stream().filter(finding -> !finding.holds()).toList();
        out.println(wrong.isEmpty() ? "All numbers are where they have to be."
                : wrong.size() + " of " + findings.size() + " numbers are not where they have to be.");
        out.flush();
        return write(new Answer(check.runs(), seed, findings)) && wrong.isEmpty() ? 0 : FAILED;
    }

    private StatisticsCheck check() {
        try {
            return new StatisticsCheck(quick ? QUICK_RUNS : runs, seed, threads);
        } catch (IllegalArgumentException e) {
            throw unusable("--runs, --threads: " + e.getMessage(), e);
        }
    }

    private static String table(List<Finding> findings) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, findings,
                List.of(new Column().header("simulation").dataAlign(HorizontalAlign.LEFT).with(Finding::part),
                        new Column().header("what").dataAlign(HorizontalAlign.LEFT).maxWidth(80).with(Finding::what),
                        new Column().header("experiments").dataAlign(HorizontalAlign.RIGHT)
                                .with(finding -> String.format(Locale.ROOT, "%,d", finding.runs())),
                        new Column().header("measured").dataAlign(HorizontalAlign.RIGHT)
                                .with(finding -> number(finding.measured())),
                        new Column().header("has to be").dataAlign(HorizontalAlign.LEFT)
                                .with(StatisticsCommand::range),
                        new Column().header("").dataAlign(HorizontalAlign.LEFT)
                                .with(StatisticsCommand::verdict)));
    }

    private static String verdict(Finding finding) {
        if (finding.low() == null) {
            return "shown";
        }
        return finding.holds() ? "holds" : "DOES NOT HOLD";
    }

    private static String range(Finding finding) {
        if (finding.low() == null) {
            return "-";
        }
        if (finding.high() == null) {
            return number(finding.low()) + " or more";
        }
        return finding.low() == 0 ? "at most " + number(finding.high())
                : number(finding.low()) + " to " + number(finding.high());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private boolean write(Answer answer) {
        if (json == null) {
            return true;
        }
        try {
            Files.write(json, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                    .writeValueAsBytes(answer));
            return true;
        } catch (IOException e) {
            err().println(json + " cannot be written: " + e.getMessage());
            return false;
        }
    }
}
