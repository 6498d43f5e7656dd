package io.sextant.perf.estimators;

import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.Picture;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.Experiment;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataReader;
import io.sextant.trainer.data.DataSet;
import io.sextant.trainer.data.InputFiles;
import io.sextant.trainer.offline.DataOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant experiment estimators}. */
@Command(name = "estimators", mixinStandardHelpOptions = true, version = "sextant experiment 0.1.0", sortOptions = false, description = {
    "Which estimators of uncertainty measure what a model does not know, and which are",
    "proxies for the click probability? Trains models, asks every estimator about the",
    "same later requests, and holds the answers against exposures, against p (1 - p),",
    "and against errors: in the simulated market the true ones; with --data on a log of",
    "yours, as far as clicks that were not learned from tell them. To be looked at",
    "before any arm is run. Exit code 0, whatever the table says."})
public final class EstimatorsCommand extends SextantCommand {
    private static final int WARM_UP = 400_000;
    private static final int WARM_UP_QUICK = 100_000;
    private static final int REQUESTS = 20_000;
    private static final int REQUESTS_QUICK = 5_000;
    private static final int SEEDS = 5;
    private static final int SEEDS_QUICK = 3;
    private static final int PARTS = 100;

    @Parameters(arity = "0..1", paramLabel = "FILE.yaml", description = "An experiment, for its market, its net and its candidates. Default: the reference of ./sextant experiment run.")
    private @Nullable Path experiment;

    @ArgGroup(exclusive = false, heading = "On a log of yours:%n")
    private @Nullable DataOptions log;

    @Option(names = "--held-out", paramLabel = "X", defaultValue = "0.3", description = "With --data: share of the impressions, the latest, that is not learned from. Default: ${DEFAULT-VALUE}.")
    private double heldOut;

    @Option(names = "--quick", description = "A warm-up of 100,000 requests, 5,000 requests judged, 3 seeds.")
    private boolean quick;

    @Option(names = "--warm-up", paramLabel = "N", description = "Requests that an arm which does not explore bids on and learns from before. Default: 400000.")
    private int warmUp;

    @Option(names = "--requests", paramLabel = "N", description = "Requests that every estimator is asked about. Default: 20000.")
    private int requests;

    @Option(names = "--seeds", paramLabel = "N", description = "Runs, each with a market of its own; with --data, with nets of its own. Default: 5.")
    private int seeds;

    @Option(names = "--first-seed", paramLabel = "N", defaultValue = "20260101", description = "Seed of the first run. Default: ${DEFAULT-VALUE}.")
    private long firstSeed;

    @Option(names = "--members", paramLabel = "N", defaultValue = "5", description = "Nets of the ensemble, 2 to 100. Default: ${DEFAULT-VALUE}.")
    private int members;

    @Option(names = "--passes", paramLabel = "N", defaultValue = "20", description = "Passes of Monte Carlo dropout. Default: ${DEFAULT-VALUE}.")
    private int passes;

    @Option(names = "--exposure-field", paramLabel = "NAME", description = "The field whose exposures count, or rarest. Default: site, or rarest where there is no site.")
    private @Nullable String exposureField;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they change no figure but times. Default: all processors.")
    private int threads;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting of the experiment, for example model.hidden=[64,32] or market.rivals.knowledge=0; with --data one of the trainer, as in its reference; repeatable.")
    private Map<String, String> settings = new HashMap<>();

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Option(names = "--plot", paramLabel = "FILE", description = "Also writes a picture, as PNG.")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StudySettings study = settings();
        if (plot != null) {
            Picture.requireFonts();
        }
        PrintWriter out = out();
        Machine machine = Machine.shown(out);
        try {
            show(log == null ? inMarket(study, machine) : onLog(study, log, machine), out);
            return 0;
        } catch (DataException | ConfigurationException e) {
            err().println(e.getMessage());
            return 1;
        }
    }

    private StudySettings settings() {
        if (log != null && (warmUp != 0 || experiment != null)) {
            throw unusable((warmUp != 0 ? "--warm-up" : "FILE.yaml")
                    + " is about the simulated market; leave it out or --data, of which --limit says how much is read");
        }
        int processors = Runtime.getRuntime().availableProcessors();
        var study = new StudySettings(requests == 0 ? quick ? REQUESTS_QUICK : REQUESTS : requests, members, passes,
                settings,
                exposureField, heldOut, threads == 0 ? processors : threads);
        seeds = seeds == 0 ? quick ? SEEDS_QUICK : SEEDS : seeds;
        warmUp = warmUp == 0 ? quick ? WARM_UP_QUICK : WARM_UP : warmUp;
        range("--warm-up", warmUp, 1_000, 1_000_000_000);
        range("--requests", study.requests(), 100, 10_000_000);
        range("--members", members, 2, 100);
        range("--passes", passes, 2, 1_000);
        range("--seeds", seeds, 1, 10_000);
        range("--threads", study.threads(), 1, 1_024);
        refuse(!(heldOut > 0 && heldOut < 1), "--held-out", heldOut, "above 0 and below 1");
        return study;
    }

    private void range(String option, int value, int least, int most) {
        refuse(value < least || value > most, option, value, least + " to " + most);
    }

    private EstimatorReport inMarket(StudySettings settings, Machine machine)
            throws IOException, InterruptedException, DataException {
        var study = new EstimatorStudy(settings);
        Map<String, String> overrides = new HashMap<>(Map.of("requests.warm-up", Integer.toString(warmUp)));
        overrides.putAll(settings.training());
        Experiment in = Experiment.load(experiment, overrides);
        List<EstimatorRun> runs = new ArrayList<>();
        long start = System.nanoTime();
        try (ProgressBar bar = bar()) {
            for (int i = 0; i < seeds; i++) {
                int done = i;
                runs.add(study.inMarket(in, firstSeed + i, part -> bar.stepTo((long) (PARTS * (done + part)))));
                bar.stepTo((long) PARTS * (i + 1));
            }
        }
        return report("The simulated market", study, runs, in.settings(), machine, start,
                new TrueErrors(new double[0], new double[0], new double[0], new double[0]));
    }

    private EstimatorReport onLog(StudySettings settings, DataOptions files, Machine machine)
            throws IOException, InterruptedException, DataException {
        InputFiles input = files.files();
        var reader = new DataReader(input, files.reading());
        TrainerConfig config = new ConfigurationLoader("trainer", Map.of()).load(TrainerConfig.class, null,
                settings.training());
        FeatureSchema schema = reader.schema(new ModelSettings(config).schema());
        DataSet data = reader.read(schema);
        data.problems().forEach(err()::println);
        var study = new EstimatorStudy(settings);
        List<EstimatorRun> runs = new ArrayList<>();
        long start = System.nanoTime();
        try (ProgressBar bar = bar()) {
            for (int i = 0; i < seeds; i++) {
                int done = i;
                // Nets of different runs are different nets.
                runs.add(study.onLog(data, firstSeed + (long) i * members,
                        part -> bar.stepTo((long) (PARTS * (done + part)))));
                bar.stepTo((long) PARTS * (i + 1));
            }
        }
        Map<String, String> inForce = new TreeMap<>(settings.training());
        inForce.put("held_out", Double.toString(heldOut));
        return report(
                String.format(Locale.ROOT, "%s, %,d impressions with %,d clicks; intervals are over nets, on this log",
                        input.format(), data.size(), data.clicks(0, data.size())),
                study, runs, inForce, machine, start,
                new HeldOutErrors(new double[0], new boolean[0], new int[0]));
    }

    private ProgressBar bar() {
        return ProgressBars.bar("estimators", (long) PARTS * seeds).build();
    }

    private EstimatorReport report(String source, EstimatorStudy study, List<EstimatorRun> runs,
            Map<String, String> inForce, Machine machine, long startNs, ErrorEvidence errors) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("first_seed", Long.toString(firstSeed));
        all.put("seeds", Integer.toString(seeds));
        all.put("members", Integer.toString(members));
        all.put("passes", Integer.toString(passes));
        all.putAll(inForce);
        return new EstimatorReport(typed(), source, all, study.exposureLabel(), errors.label(), errors.otherLabel(),
                (System.nanoTime() - startNs) / 1e9, machine, runs, EstimatorReport.verdicts(runs, study.costs()));
    }

    private void show(EstimatorReport report, PrintWriter out) throws IOException {
        out.println(report.text());
        figures.write(file -> BenchFiles.write(file, report.json()), out);
        if (plot != null) {
            EstimatorPlot.write(report, plot);
            out.println("Picture: " + plot);
        }
        out.flush();
    }
}
