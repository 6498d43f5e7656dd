package io.sextant.perf.agelab;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;
import static java.util.stream.Collectors.joining;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ReportTable;
import io.sextant.perf.agelab.StrengthTuning.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant age-lab tune}. */
@Command(name = "tune", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Finds the tuned setting: first one learning rate and drop rate for all policies of table",
    "1, then each policy's strength from a grid of as many values, on seeds that are not",
    "reported. Prints what goes into the file's tuned row."})
final class TuneStrengthsCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment with the grid under tuning; without it, the reference.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting, for example tuning.rounds=10000; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--keep", paramLabel = "FILE", description = "Keeps every finished run in this file, and does not run again what is in it.")
    private @Nullable Path kept;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes every trial to this file.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgeLabConfig config = AgeLab.load(file, settings);
        StrengthTuning tuning = new StrengthTuning(config, kept);
        StrengthTuning.Found found;
        try (LabRunCommand.Bar bar = new LabRunCommand.Bar()) {
            found = tuning.run(bar);
        }
        PrintWriter out = out();
        out.println(table("Nets, over all policies at their middle strength", found.nets()));
        out.println(table("Strengths", found.strengths()));
        out.println("For the row " + config.tuning().row() + ":\n" + yaml(found));
        BenchFiles.write("trials", json, LabFiles.json(found), out);
        out.flush();
        return 0;
    }

    /** The two lines of the row, as they stand in the experiment's file. */
    static String yaml(StrengthTuning.Found found) {
        NetSettings net = found.net();
        return "    strengths: " + found.best().entrySet().stream()
                .map(each -> each.getKey() + ": " + plain(each.getValue())).collect(joining(", ", "{", "}"))
                + "\n    net: {embedding-size: " + net.embeddingSize() + ", hidden: " + net.hidden() + ", gate-hidden: "
                + net.gateHidden() + ", drop-rate: " + plain(net.dropRate()) + ", net-learning-rate: "
                + plain(net.netLearningRate()) + ", embedding-learning-rate: " + plain(net.embeddingLearningRate())
                + ", initial-accumulator: " + plain(net.initialAccumulator()) + ", batch: " + net.batch() + ", passes: "
                + net.passes() + ", publish-every: " + net.publishEvery() + "}";
    }

    /** Without an exponent. */
    private static String plain(double value) {
        return BigDecimal.valueOf(value).toPlainString();
    }

    private static String table(String title, List<Trial> trials) {
        return title + "\n" + ReportTable.of(trials, List.of(left("policy", Trial::policy),
                right("net rate", trial -> Double.toString(trial.netRate())),
                right("drop rate", trial -> Double.toString(trial.dropRate())),
                right("strength", trial -> Double.isNaN(trial.strength()) ? "–" : Double.toString(trial.strength())),
                right("clicks by true CTR", trial -> String.format(Locale.ROOT, "%.1f", trial.expected()))));
    }
}
