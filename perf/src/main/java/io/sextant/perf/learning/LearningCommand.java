package io.sextant.perf.learning;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sextant bench learning}. */
@Command(name = "learning", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Measures learning while bidding, part by part: examples scored and trained a",
    "second, in turn with the bare layers and with the same net on TensorFlow's own",
    "tables; how long it takes from a click's notice to a served model that learned",
    "from it, in the demo's settings, and what a version costs to send. With --memory",
    "instead: whether memory stays flat while ids come and go. Exit code 1 if a target",
    "is missed. For figures that can be compared, nothing else should run here."})
public final class LearningCommand extends SextantCommand {
    private static final int EXIT_MISSED = 1;
    private static final int STEPS = 1_000;
    private static final long EXAMPLES_MIN = 100_000;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(names = "--quick", description = "Less time, and figures that vary more.")
    private boolean quick;

    @Option(names = "--memory", description = "Learns for some simulated weeks and looks at memory alone; some five minutes.")
    private boolean memory;

    @Option(names = "--examples", paramLabel = "N", defaultValue = "50000000", description = "Examples to learn with --memory; ${DEFAULT-VALUE} unless told.")
    private long examples;

    @Mixin
    private final FiguresOption figuresFile = new FiguresOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        refuse(examples < EXAMPLES_MIN, "--examples", examples, "at least " + EXAMPLES_MIN);
        PrintWriter out = out();
        Machine machine = Machine.shown(out);
        long startNs = System.nanoTime();
        List<LearningFigure> figures = new ArrayList<>();
        for (LearningPart part : parts()) {
            try (ProgressBar bar = ProgressBars.bar(part.name(), STEPS).build()) {
                figures.addAll(part.measure(quick, share -> bar.stepTo(Math.round(share * STEPS))));
                bar.stepTo(STEPS);
            }
        }
        out.println(table(figures));
        double seconds = (System.nanoTime() - startNs) / 1e9;
        figuresFile.write(file -> BenchFiles.write(file, json(figures, machine, seconds)), out);
        out.flush();
        for (LearningFigure missed : figures.stream().filter(figure -> !figure.met()).toList()) {
            err().printf(Locale.ROOT, "%s is %s, must be %s.%n", missed.key(), shown(missed),
                    missed.target());
        }
        return figures.stream().allMatch(LearningFigure::met) ? 0 : EXIT_MISSED;
    }

    /** What is measured, in this order. */
    private List<LearningPart> parts() {
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        return memory ? List.of(new MemoryPart(examples, threads, Workload.SEED))
                : List.of(new ThroughputPart(), new FreshnessPart());
    }

    static String table(List<LearningFigure> figures) {
        return ReportTable.of(figures,
                List.of(left("Figure", LearningFigure::key), right("Value", LearningCommand::shown),
                        left("Target", LearningFigure::target), left("Is", LearningFigure::what)));
    }

    /* Whole numbers as they are, others to four digits. */
    private static String shown(LearningFigure figure) {
        double value = figure.value();
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    private String json(List<LearningFigure> figures, Machine machine, double seconds) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        // JSON knows no number that is not finite.
        figures.forEach(
                figure -> members.put(figure.key(), Double.isFinite(figure.value()) ? figure.value() : null));
        members.put("command", typed());
        members.put("duration_seconds", seconds);
        members.put("machine", machine);
        return JSON.writeValueAsString(members);
    }
}
