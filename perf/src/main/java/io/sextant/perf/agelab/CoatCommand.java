package io.sextant.perf.agelab;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ReportTable;
import io.sextant.perf.agelab.log.CoatRatings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant age-lab coat}. */
@Command(name = "coat", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Policies on real ratings: nets learn what users chose to rate, then policies pick four of",
    "the sixteen coats that were drawn at random for each user, and learn from every pick. A",
    "rating of 4 or 5 counts. Intervals: users are drawn anew."})
final class CoatCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment whose settings and seeds hold, for example experiments/age-coat.yaml; without it, the reference.")
    private @Nullable Path file;

    @Option(names = "--data", paramLabel = "FOLDER", required = true, description = "Folder with train.ascii, test.ascii, user_features.ascii and item_features.ascii, plain or compressed with gzip.")
    private Path data;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "10", description = "Runs a policy, each with its own order of users; ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting, for example tables=[1,2,3]; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the table to this file.")
    private @Nullable Path json;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    CoatCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgeLabConfig config = AgeLab.load(file, settings);
        CoatStudy study = new CoatStudy(config, CoatRatings.read(data), seeds);
        PrintWriter out = out();
        Map<String, List<CoatStudy.Line>> found = new LinkedHashMap<>();
        try (LabRunCommand.Bar bar = new LabRunCommand.Bar()) {
            bar.expect("picks", study.picks());
            for (AgeLabConfig.RowConfig row : config.rows()) {
                found.put(row.name(), study.run(row, bar::done));
            }
        }
        found.forEach((row, lines) -> out.println("Coat, setting " + row + ", " + seeds + " seeds\n" + table(lines)));
        BenchFiles.write("table", json, LabFiles.json(found), out);
        out.flush();
        return 0;
    }

    private static String table(List<CoatStudy.Line> lines) {
        return ReportTable.of(lines, List.of(left("policy", line -> LabPolicy.named(line.policy()).label()),
                right("liked, of " + CoatStudy.PICKS + " picks a user",
                        line -> String.format(Locale.ROOT, "%.4f", line.liked())),
                right("Imp. [95 %]",
                        line -> LabText.improvement(line.difference(), line.low(), line.high())),
                right("paper", line -> line.published() == null ? "–" : LabText.signed(line.published())),
                right("median |Δlogit|", line -> String.format(Locale.ROOT, "%.2g", line.medianMove())),
                right("first changed", line -> LabText.percent(line.topChanged())),
                right("weights moved", line -> String.format(Locale.ROOT, "%.3g of %.3g", line.movement(),
                        line.startLength()))));
    }
}
