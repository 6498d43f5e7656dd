package io.sextant.perf.tune;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.experiment.Experiment;
import io.sextant.perf.experiment.ExperimentJson;
import io.sextant.perf.experiment.ExperimentResult;
import io.sextant.perf.experiment.ExperimentRun;
import io.sextant.perf.experiment.ExperimentRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Runs experiments one after the other under one progress bar. With a folder to keep results in, what was found before under
 * exactly the same settings is taken from there: so a run that was ended goes on where it was.
 */
final class Experiments {
    private final boolean quick;
    private final String command;
    private final @Nullable Path kept;

    /** @param kept folder of results; null keeps none */
    Experiments(boolean quick, String command, @Nullable Path kept) {
        this.quick = quick;
        this.command = command;
        this.kept = kept;
    }

    /** The results, in the experiments' order. */
    List<ExperimentResult> run(List<Experiment> experiments) throws IOException, InterruptedException {
        List<ExperimentResult> results = new ArrayList<>();
        try (ProgressBar bar = ProgressBars.bar("requests", experiments.stream().mapToLong(Experiments::work).sum())
                .build()) {
            long done = 0;
            for (int i = 0; i < experiments.size(); i++) {
                Experiment experiment = experiments.get(i);
                bar.setExtraMessage(" " + (i + 1) + " of " + experiments.size());
                results.add(run(experiment, bar));
                done += work(experiment);
                bar.stepTo(done);
            }
        }
        return results;
    }

    private ExperimentResult run(Experiment experiment, ProgressBar bar) throws IOException, InterruptedException {
        Path file = kept == null ? null
                : kept.resolve(Long.toHexString(
                        Hashing.xxh3_64().hashCharsToLong(quick + experiment.settings().toString())) + ".json");
        if (file != null && Files.exists(file)) {
            ExperimentResult before = ExperimentJson.read(file);
            if (before.quick() == quick && before.settings().equals(experiment.settings())) {
                return before;
            }
        }
        ExperimentResult result = new ExperimentRuns(experiment, quick, command).run(bar::stepBy);
        if (file != null) {
            BenchFiles.write(file, ExperimentJson.text(result));
        }
        return result;
    }

    private static long work(Experiment experiment) {
        return ExperimentRun.work(experiment.config()) * experiment.config().seeds().count();
    }
}
