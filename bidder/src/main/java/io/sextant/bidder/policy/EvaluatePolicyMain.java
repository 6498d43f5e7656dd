package io.sextant.bidder.policy;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.abtesting.policy.LoggedDecisions;
import io.sextant.abtesting.policy.ObservedPolicy;
import io.sextant.abtesting.policy.OpenBanditReader;
import io.sextant.abtesting.policy.PolicyEstimate;
import io.sextant.abtesting.policy.PolicyEvaluation;
import io.sextant.abtesting.policy.PolicyLogException;
import io.sextant.abtesting.policy.PolicyValue;
import io.sextant.abtesting.policy.TargetPolicy;
import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.bidder.policy.DecisionLogReader.Reward;
import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sextant evaluate-policy}: what another policy would have earned, from logged decisions. */
@Command(name = "sextant evaluate-policy", mixinStandardHelpOptions = true, version = "sextant evaluate-policy 0.1.0", sortOptions = false, description = {
    "Estimates what another policy would have earned, from decisions that were logged with their probabilities: by replay,",
    "inverse propensities (IPS, SNIPS) and doubly robust, with intervals, and warns where the log cannot tell."}, footer = {
        "",
        "For example: sextant evaluate-policy --format obd --data random.csv.gz --target bts.csv.gz",
        "             sextant evaluate-policy --format bids --data DIR --arm uncertainty --examples FILE --target share:0",
        "Exit codes: 0 done; 1 a file cannot be read or written; 2 the command line or the log cannot be used."})
public final class EvaluatePolicyMain extends SextantCommand {
    private static final String ALWAYS = "always:";

    /** Where the decisions come from. */
    enum Format {
        /** CSV in the form of the Open Bandit data: items at positions. */
        OBD,
        /** A bidder's directory of decisions: exploring or not. */
        BIDS
    }

    @Option(names = "--format", paramLabel = "NAME", required = true, description = "obd: Open Bandit CSV, items at positions, clicks. bids: a bidder's directory of decisions (replay.dir), whether an impression fell into the explore share.")
    private Format format;

    @Option(names = "--data", paramLabel = "PATH", required = true, description = "The log: a CSV file, plain or compressed with gzip; or the directory of decisions.")
    private Path data;

    @Option(names = "--target", paramLabel = "POLICY", required = true, description = "The policy to estimate. obd: another log, whose policy is taken from its decisions and whose own value is shown beside; uniform; or always:ITEM. bids: share:S, the arm with another explore share, for example share:0.")
    private String target;

    @Option(names = "--period-hours", paramLabel = "N", defaultValue = "24", description = "How long the policy of a target log stays nearly the same, in hours. Default: ${DEFAULT-VALUE}.")
    private int periodHours;

    @Option(names = "--arm", paramLabel = "NAME", description = "With bids: the arm.")
    private @Nullable String arm;

    @Option(names = "--examples", paramLabel = "FILE", description = "With bids: the arm's labelled impressions, as ./sextant examples writes them; may be repeated.")
    private List<Path> examples = List.of();

    @Option(names = "--reward", paramLabel = "NAME", defaultValue = "click", description = "With bids: what counts, click or win. Default: ${DEFAULT-VALUE}.")
    private Reward reward;

    @Option(names = "--clip", paramLabel = "W", description = "Cuts weights to this: less noise, and a lean towards the logged policy. Default: no clipping.")
    private double clip = Double.POSITIVE_INFINITY;

    @Option(names = "--folds", paramLabel = "N", defaultValue = "5", description = "Folds that the reward model is fitted across. Default: ${DEFAULT-VALUE}.")
    private int folds;

    @Option(names = "--draws", paramLabel = "N", defaultValue = "1000", description = "Draws of the bootstrap. Default: ${DEFAULT-VALUE}.")
    private int draws;

    @Option(names = "--level", paramLabel = "SHARE", defaultValue = "0.95", description = "Confidence of the intervals. Default: ${DEFAULT-VALUE}.")
    private double level;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20260101", description = "Decides folds, replay and bootstrap. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @SuppressWarnings("NullAway.Init")
    private EvaluatePolicyMain() {}

    /** A row of the table. */
    private record Row(String estimator, double value, ConfidenceInterval normal, ConfidenceInterval bootstrap) {
        static Row of(PolicyEstimate estimate) {
            return new Row(estimate.estimator().title(), estimate.value(), estimate.normal(), estimate.bootstrap());
        }
    }

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return ConfigOptions.commandLine(new EvaluatePolicyMain()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws IOException {
        refuse(!Files.isReadable(data), "--data", data, "a file or directory that can be read");
        refuse(periodHours < 1, "--period-hours", periodHours, "at least 1");
        PrintWriter out = out();
        try {
            var evaluation = new PolicyEvaluation(clip, folds, draws, level, seed);
            switch (format) {
                case OBD -> openBandit(evaluation, out);
                case BIDS -> bids(evaluation, out);
            }
            return 0;
        } catch (PolicyLogException | IllegalArgumentException e) {
            throw unusable(String.valueOf(e.getMessage()), e);
        } finally {
            out.flush();
        }
    }

    private void openBandit(PolicyEvaluation evaluation, PrintWriter out) throws PolicyLogException, IOException {
        LoggedDecisions decisions = OpenBanditReader.read(data);
        if ("uniform".equals(target)) {
            report(decisions, evaluation.of(decisions, TargetPolicy.uniform(decisions)), null, out);
        } else if (target.startsWith(ALWAYS)) {
            report(decisions, evaluation.of(decisions,
                    TargetPolicy.always(decisions, target.substring(ALWAYS.length()))), null, out);
        } else {
            Path file = Path.of(target);
            refuse(!Files.isReadable(file), "--target", target, "a log that can be read, uniform or always:ITEM");
            LoggedDecisions own = OpenBanditReader.read(file);
            TargetPolicy policy = ObservedPolicy.of("the policy of " + file.getFileName(), decisions, own,
                    Duration.ofHours(periodHours));
            PolicyEstimate itself = evaluation.of(own, TargetPolicy.of("itself",
                    (row, action) -> action == own.action(row) ? own.propensity(row) : 0)).estimates().getFirst();
            report(decisions, evaluation.of(decisions, policy), itself, out);
        }
    }

    private void bids(PolicyEvaluation evaluation, PrintWriter out) throws PolicyLogException, IOException {
        String name = arm;
        if (name == null || examples.isEmpty()) {
            throw unusable(
                    "--arm and --examples are needed with --format bids: ./sextant examples --arm NAME --out FILE");
        }
        var reader = new DecisionLogReader(name, reward);
        TargetPolicy policy = DecisionLogReader.target(target);
        LoggedDecisions decisions = reader.read(data, examples);
        report(decisions, evaluation.of(decisions, policy), null, out);
        if (reader.withoutChance() > 0) {
            out.printf(Locale.ROOT, "left out: %,d decisions that ended before, or without modifiers in force.%n",
                    reader.withoutChance());
        }
        if (reader.cutSegments() > 0) {
            out.printf(Locale.ROOT, "%,d segments break off before their end.%n", reader.cutSegments());
        }
    }

    private void report(LoggedDecisions decisions, PolicyValue value, @Nullable PolicyEstimate itself, PrintWriter out)
            throws IOException {
        var support = value.support();
        out.printf(Locale.ROOT, "%s: %,d decisions, %,d paid (%.4g %%), %d actions%n", data.getFileName(),
                support.decisions(), support.rewards(), 100.0 * support.rewards() / support.decisions(),
                decisions.actionNames().size());
        out.printf(Locale.ROOT, "estimated: %s%n", value.target());
        List<Row> rows = new ArrayList<>(value.estimates().stream().map(Row::of).toList());
        if (itself != null) {
            rows.add(new Row("target itself, on its own log", itself.value(), itself.normal(), itself.bootstrap()));
        }
        out.println(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, List.of(
                new Column().header("estimator").dataAlign(HorizontalAlign.LEFT).with(Row::estimator),
                new Column().header("%").dataAlign(HorizontalAlign.RIGHT).with(row -> percent(row.value)),
                new Column().header(interval("normal")).dataAlign(HorizontalAlign.RIGHT)
                        .with(row -> percent(row.normal)),
                new Column().header(interval("bootstrap")).dataAlign(HorizontalAlign.RIGHT)
                        .with(row -> percent(row.bootstrap)))));
        out.printf(Locale.ROOT,
                "worth %,.0f decisions of the target's own; replay keeps %,d; weights: mean %.3f ± %.3f, largest %.1f%n",
                support.effectiveDecisions(), support.kept(), support.meanWeight(), support.meanWeightError(),
                support.largestWeight());
        support.warnings().forEach(warning -> out.println("warning: " + warning));
        figures.write(file -> write(value, itself, file), out);
    }

    private String interval(String kind) {
        return String.format(Locale.ROOT, "%s, %.4g %%", kind, 100 * level);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.4f", 100 * value);
    }

    private static String percent(ConfidenceInterval interval) {
        return percent(interval.low()) + " to " + percent(interval.high());
    }

    private void write(PolicyValue value, @Nullable PolicyEstimate itself, Path file) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("command", typed());
        members.put("seed", seed);
        members.put("target", value.target());
        members.put("estimates", value.estimates());
        if (itself != null) {
            members.put("target_itself", itself);
        }
        members.put("support", value.support());
        members.put("warnings", value.support().warnings());
        Files.write(file, new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(members));
    }
}
