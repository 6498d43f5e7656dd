package io.sextant.abtesting.live;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.SextantCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sextant ab-report}: what an experiment in live traffic says. */
@Command(name = "sextant ab-report", mixinStandardHelpOptions = true, version = "sextant ab-report 0.1.0", sortOptions = false, description = {
    "Reads what happened from Kafka, beside everything that runs, and tells what each arm of the experiment earned, with",
    "intervals over units of allocation, differences to control, tests that may be looked at once and at any time, and",
    "whether units came to the arms by their shares. Takes what is there and waits for nothing."}, footer = {"",
        "For example: sextant ab-report --bootstrap-servers localhost:9092 --from 2026-11-02 --pre-from 2026-10-26 \\",
        "               --config experiment.yaml --html report.html",
        "Exit codes: 0 done; 1 Kafka cannot be read or a file cannot be written; 2 wrong options or settings; 3 units did",
        "not come to the arms by their shares."})
public final class AbReportMain extends SextantCommand {
    private static final int FAILED = 1;
    private static final int UNSOUND = 3;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT", description = "Kafka brokers; short for --set kafka.bootstrap-servers=HOST:PORT.")
    private @Nullable String bootstrapServers;

    @Option(names = "--from", paramLabel = "TIME", description = "Bids made from here on, 2026-11-02 (UTC) or 2026-11-02T08:00:00Z. Default: all that is kept.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Bids made before. Default: now.")
    private @Nullable String to;

    @Option(names = "--pre-from", paramLabel = "TIME", description = "Start of a time up to --from in which the arms were the same already but did alike; differences are freed from what their units showed then (CUPED).")
    private @Nullable String preFrom;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes all figures to this file.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also writes the report to this file, units of each kind apart as well.")
    private @Nullable Path html;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    private AbReportMain() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, for those who run it within their own JVM. */
    public static CommandLine commandLine() {
        return ConfigOptions.commandLine(new AbReportMain(), LiveDataException.class);
    }

    @Override
    public Integer call() throws LiveDataException {
        PrintWriter out = out();
        AbReportConfig config = options.load("ab-report", AbReportConfig.class,
                bootstrapServers == null ? Map.of() : Map.of("kafka.bootstrap-servers", bootstrapServers));
        if (options.printed(config, out)) {
            return 0;
        }
        TimeSpan span = span();
        AbReport report;
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("reading").setInitialMax(0)
                .setStyle(ProgressBarStyle.ASCII).setUnit(" messages", 1).build()) {
            report = new LiveExperiment(config, span).report(messages -> {
                if (messages > 0) {
                    bar.maxHint(bar.getMax() + messages);
                } else {
                    bar.stepBy(-messages);
                }
            });
        }
        out.println(AbReportText.of(report, Ansi.AUTO));
        out.flush();
        if (!write(report)) {
            return FAILED;
        }
        return report.unsound() ? UNSOUND : 0;
    }

    private TimeSpan span() {
        long end = to == null ? System.currentTimeMillis() : time("--to", to);
        long start = from == null ? 0 : time("--from", from);
        Long before = preFrom == null ? null : (Long) time("--pre-from", preFrom);
        if (start >= end) {
            throw unusable("--from is not before --to");
        }
        if (before != null && before >= start) {
            throw unusable("--pre-from must be before --from, and --from be given");
        }
        return new TimeSpan(before, start, end);
    }

    private long time(String option, String text) {
        try {
            Instant time = text.contains("T") ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            return time.toEpochMilli();
        } catch (DateTimeParseException e) {
            throw unusable(option + " is \"" + text + "\", must be a day, 2026-11-02, or a time, 2026-11-02T08:00:00Z",
                    e);
        }
    }

    private boolean write(AbReport report) {
        try {
            if (json != null) {
                Files.write(json, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                        .writeValueAsBytes(report));
            }
            if (html != null) {
                Files.writeString(html, AbReportPage.of(report));
            }
            return true;
        } catch (IOException e) {
            err().println("the report cannot be written: " + e);
            return false;
        }
    }
}
