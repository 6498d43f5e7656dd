package io.sextant.perf.tune;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.Picture;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.Experiment;
import io.sextant.perf.experiment.ExperimentResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant tune}. */
@Command(name = "tune", mixinStandardHelpOptions = true, version = "sextant tune 0.1.0", sortOptions = false, description = {
    "Tries settings of exploration in the simulated market, over seeds: explore share,",
    "quantile band, range of modifiers, estimator and scale. Holds what each costs at",
    "once against what it teaches, names those that no other beats in both, and writes",
    "the chosen one as a settings file for a fleet. Deterministic."})
public final class TuneCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "What is tried, for example experiments/tune.yaml; without it, the reference sweep.")
    private @Nullable Path file;

    @Mixin
    private SweepOptions options = new SweepOptions();

    @Option(names = "--out", paramLabel = "FILE", defaultValue = "exploration.yaml", description = "The settings file that is written. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--plot", paramLabel = "FILE", description = "Also writes a picture, as PNG.")
    private @Nullable Path plot;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    public TuneCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        TuneConfig config = new ConfigurationLoader("tune", Map.of()).load(TuneConfig.class, file, Map.of());
        if (plot != null) {
            Picture.requireFonts();
        }
        List<TuneSetting> settings = config.settings();
        List<Experiment> experiments = new ArrayList<>();
        for (TuneSetting setting : settings) {
            experiments.add(experiment(config, setting));
        }
        PrintWriter print = out();
        Machine machine = Machine.shown(print);
        String command = "./sextant " + arguments();
        long start = System.nanoTime();
        List<ExperimentResult> results = new Experiments(options.quick(), command, options.keep()).run(experiments);
        var report = new TuneReport(command, experiments.getFirst().settings(), options.quick(),
                experiments.getFirst().config().seeds().count(), config.lossMax(), (System.nanoTime() - start) / 1e9,
                machine, TuneReport.rows(settings,
                        results.stream().map(result -> ArmEffect.of(result, TuneSetting.ARM)).toList()));
        show(report, print);
        return 0;
    }

    private Experiment experiment(TuneConfig config, TuneSetting setting) {
        Map<String, String> overrides = new LinkedHashMap<>(setting.overrides());
        overrides.put("seeds.first", Long.toString(config.seeds().first()));
        overrides.put("seeds.count", Integer.toString(config.seeds().count()));
        overrides.putAll(options.overrides());
        return Experiment.load(config.experiment().isEmpty() ? null : beside(config.experiment()), overrides);
    }

    private Path beside(String experiment) {
        return file == null ? Path.of(experiment) : file.resolveSibling(experiment);
    }

    private void show(TuneReport report, PrintWriter print) throws IOException {
        print.println(report.text());
        BenchFiles.write(out, report.explorationYaml());
        print.println("Settings: " + out);
        options.figures().write(file -> BenchFiles.write(file, report.json()), print);
        if (plot != null) {
            TunePlot.write(report, plot);
            print.println("Picture: " + plot);
        }
        print.flush();
    }
}
