package io.sextant.perf.agelab;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.perf.agelab.AgeLabConfig.RowConfig;
import io.sextant.perf.agelab.RunOnce.Job;
import io.sextant.perf.agelab.world.NewsWorld;
import io.sextant.perf.agelab.world.Round;
import io.sextant.perf.engine.Machine;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.age.DirectionComparison;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Everything of {@code ./sextant age-lab run}, but for the command line. Threading: one thread. */
final class AgeLab {
    /** Settings of a short run, to see that everything works. */
    static final Map<String, String> QUICK = Map.of("seeds.count", "2", "events.warm-start", "10000", "events.rounds",
            "3000", "shares", "[1.0]");
    private static final double SECONDS = 1e-9;

    private final AgeLabConfig config;
    private final boolean quick;
    private final String command;
    private final LabRuns runs;

    /** Shows how far a run has come. */
    interface Progress {
        /** So many rounds are to be expected from now on, under this name. */
        void expect(String task, long rounds);

        /** So many are done; called by several threads at once. */
        void done(long rounds);
    }

    AgeLab(AgeLabConfig config, boolean quick, String command, @Nullable Path kept) throws IOException {
        this.config = config;
        this.quick = quick;
        this.command = command;
        this.runs = new LabRuns(config, kept);
    }

    /**
     * Reads an experiment.
     *
     * @param file null for the reference
     * @throws io.sextant.configuration.ConfigurationException naming file, key and remedy
     */
    static AgeLabConfig load(@Nullable Path file, Map<String, String> overrides) {
        return new ConfigurationLoader("age-lab", Map.of()).load(AgeLabConfig.class, file, overrides);
    }

    /** Runs everything. */
    AgeLabResult run(Progress progress) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        int seeds = config.seeds().count();
        String pilot = "Seeds as set: " + seeds + ".";
        if (seeds == 0) {
            List<Job> jobs = LabRuns.pilot(config);
            progress.expect("pilot", rounds(jobs));
            LabRuns.Pilot asked = LabRuns.seeds(config, runs.run(jobs, progress::done));
            seeds = asked.seeds();
            pilot = asked.text(config.power());
        }
        List<Job> jobs = LabRuns.jobs(config, seeds);
        progress.expect("rounds", rounds(jobs));
        List<PolicyRun> found = runs.run(jobs, progress::done);
        Map<String, String> rows = new LinkedHashMap<>();
        config.rows().forEach(row -> rows.put(row.name(), row.label()));
        return new AgeLabResult(config.name(), command, quick, (System.nanoTime() - startNs) * SECONDS,
                Machine.here(KernelChoice.kernels().name()), settings(), rows, seeds, pilot, found, theorem(config));
    }

    /** Theorem 1 on the net of the last row after a warm start. */
    static TheoremFigures theorem(AgeLabConfig config) {
        RowConfig row = config.rows().getLast();
        long warm = Math.max(1, config.events().warmStart());
        NewsWorld world = new NewsWorld(config.world(), config.seeds().first(), warm + 1);
        ItemCatalogue catalogue = ItemCatalogue.multiHot(config.world().features(), config.world().articles());
        Round round = world.newRound();
        try (Learner learner = new Learner(catalogue, row.net().unpublished(), 1, Learner.Extras.NONE,
                config.seeds().first(), config.world().ctr())) {
            FeatureBatch batch = new FeatureBatch(catalogue.schema(), config.world().candidates());
            for (long event = 0; event < warm; event++) {
                world.draw(event, round);
                learner.request(round, batch.request);
                learner.learn(batch.request, round.candidates[round.shown], round.clicked);
            }
            learner.publish();
            world.draw(warm, round);
            learner.request(round, batch.request);
            for (int candidate = 0; candidate < round.size; candidate++) {
                batch.add(round.candidates[candidate]);
            }
            float[] logits = new float[round.size];
            try (CtrScratch scratch = learner.model().newScratch(round.size)) {
                learner.model().begin(learner.ads(), batch, scratch);
                learner.model().score(scratch, logits);
                double[] cosines = new double[round.size];
                int[] all = IntStream.range(0, round.size).toArray();
                new DirectionComparison(UncertaintyScale.PROBABILITY, learner.model(), round.size).cosines(
                        learner.model(), all, round.size, logits, AgeConfig.of(AgeConfig.Mode.TS).steps(), scratch,
                        cosines);
                return new TheoremFigures(
                        new TheoremCheck(learner.model(), scratch).points(TheoremCheck.spread(logits, round.size)),
                        Arrays.stream(cosines).min().orElse(0), Arrays.stream(cosines).average().orElse(0));
            }
        }
    }

    private static long rounds(List<Job> jobs) {
        return jobs.stream().mapToLong(Job::rounds).sum();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        ConfigurationLoader.values(config).forEach((key, value) -> settings.put(key, String.valueOf(value)));
        return settings;
    }
}
