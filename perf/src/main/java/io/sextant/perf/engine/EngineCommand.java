package io.sextant.perf.engine;

import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.Picture;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.workload.PlantedWorld;
import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.TrainedModel;
import io.sextant.perf.workload.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sextant bench engine}. */
@Command(name = "engine", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Measures the engine that scores candidates: against TensorFlow Java and ONNX",
    "Runtime on the same net and rows, one thread each; what uncertainty and AGE",
    "add; bytes allocated; the share of the machine's peak; how cost grows.",
    "Checks first that all engines compute the same; exit code 1 if they do not.",
    "The file of --json has all that the figures are made of, too.",
    "For figures that can be compared, nothing else should run on the machine."})
public final class EngineCommand extends SextantCommand {
    private static final int EXIT_PARITY = 1;
    /** A hundred requests of a hundred candidates. */
    private static final int PARITY_REQUESTS = 100;
    private static final long PARITY_SEED = Workload.SEED + 2;

    @Option(names = "--quick", description = "A minute instead of a quarter of an hour: one JVM each, and not how cost grows.")
    private boolean quick;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Option(names = "--plot", paramLabel = "FILE", description = "Also draws how cost grows, as PNG; not with --quick.")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException {
        if (quick && plot != null) {
            throw unusable("--plot needs the growth of cost, which --quick does not measure");
        }
        if (plot != null) {
            Picture.requireFonts();
        }
        Path directory = Files.createTempDirectory("sextant-bench");
        try {
            return run(directory);
        } finally {
            ArtefactFiles.deleteTree(directory);
        }
    }

    private int run(Path directory) throws IOException {
        long start = System.nanoTime();
        PrintWriter out = out();
        Effort effort = quick ? Effort.quick() : Effort.full();
        Machine machine = Machine.shown(out);
        Map<Integer, Path> nets = train(directory, effort);
        Path artefact = nets.get(GrowthStudy.WIDTH_STANDARD);
        if (artefact == null) {
            throw new IllegalStateException("no net of the standard width among " + nets.keySet());
        }

        out.println("Comparing the engines' results ...");
        out.flush();
        Workload workload = Workload.read(artefact, EngineRun.STANDARD.candidates());
        Parity parity = new ParityCheck(workload, EngineRun.STANDARD.passes()).run(
                new Requests(Workload.world(), PARITY_REQUESTS, EngineRun.STANDARD.candidates(), PARITY_SEED));
        if (!parity.holds()) {
            err().printf(Locale.ROOT,
                    "The engines do not compute the same: largest logit differences %s, allowed is %.0e.%n", parity,
                    Parity.TOLERANCE);
            return EXIT_PARITY;
        }
        Arithmetic arithmetic = Arithmetic.of(workload, EngineRun.STANDARD.passes());

        GrowthStudy study = new GrowthStudy(width -> nets.getOrDefault(width, artefact));
        Map<Measurement, Samples> samples = measure(directory, artefact, study, effort);
        EngineRun measured = new EngineRun(artefact, samples);
        EngineReport report = new EngineReport(typed(), Workload.SEED, (System.nanoTime() - start) / 1e9, machine,
                EngineFigures.of(measured, arithmetic, parity), arithmetic, parity, measured,
                effort.growth() ? study.points(samples) : List.of());
        out.println(report.text());
        figures.write(file -> BenchFiles.write(file, report.json()), out);
        if (plot != null) {
            GrowthPlot.write(report.growth(), plot);
            out.println("Plot: " + plot);
        }
        out.flush();
        return 0;
    }

    private static Map<Integer, Path> train(Path directory, Effort effort) throws IOException {
        Map<Integer, Long> examples = new LinkedHashMap<>();
        examples.put(GrowthStudy.WIDTH_STANDARD, effort.examples());
        if (effort.growth()) {
            for (int width : GrowthPoint.Sweep.WIDTH.settings()) {
                examples.putIfAbsent(width, effort.growthExamples());
            }
        }
        Map<Integer, Path> nets = new HashMap<>();
        PlantedWorld world = Workload.world();
        try (ProgressBar bar = bar("training", examples.values().stream().mapToLong(Long::longValue).sum(),
                " examples")) {
            for (Map.Entry<Integer, Long> net : examples.entrySet()) {
                int width = net.getKey();
                long done = bar.getCurrent();
                Architecture standard = Architecture.standard();
                Architecture architecture = new Architecture(standard.embeddingSize(),
                        List.of(width, width / 2, width / 4), standard.dropRate(), standard.gateHidden());
                ModelArtefact artefact = TrainedModel.train(world, architecture, net.getValue(), Workload.SEED,
                        directory.resolve("width-" + width), learned -> bar.stepTo(done + learned));
                nets.put(width, artefact.directory());
            }
        }
        return nets;
    }

    private static Map<Measurement, Samples> measure(Path directory, Path artefact, GrowthStudy study, Effort effort)
            throws IOException {
        List<Measurement> base = EngineRun.measurements(artefact, effort.growth());
        List<Measurement> further = new ArrayList<>(effort.growth() ? study.measurements() : List.of());
        further.removeAll(base);
        long jvms = (long) base.size() * effort.rounds() + further.size();
        try (ProgressBar bar = bar("measuring", jvms, " JVMs")) {
            MeasurementRunner runner = new MeasurementRunner(directory.resolve("jmh.log"), bar::step);
            Map<Measurement, Samples> samples = new LinkedHashMap<>(runner.run(base, effort));
            samples.putAll(runner.run(further, effort.once()));
            return samples;
        }
    }

    private static ProgressBar bar(String task, long max, String unit) {
        return ProgressBars.bar(task, max)
                .setUnit(unit, 1).build();
    }
}
