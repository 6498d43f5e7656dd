package io.sextant.perf.agelab;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.abtesting.statistics.PairedRuns;
import io.sextant.perf.agelab.AgeLabConfig.Power;
import io.sextant.perf.agelab.AgeLabConfig.RowConfig;
import io.sextant.perf.agelab.RunOnce.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All runs of an experiment, several at once, and those of its pilot. What is finished is kept, in a file as well where one is
 * named, and not run again. Threading: one thread, which uses as many more as the settings say.
 */
final class LabRuns {
    /** However certain a pilot is, the paper's tables have spreads over runs, and these take some. */
    static final int SEEDS_MIN = 10;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE).build();

    private final AgeLabConfig config;
    private final @Nullable Path kept;
    private final Map<String, PolicyRun> done = new HashMap<>();

    /** A finished job, as it is kept. */
    private record Kept(String key, PolicyRun run) {}

    /**
     * Nothing is run yet.
     *
     * @param kept file that finished runs are written to and read from; null for none
     * @throws IOException naming the file and what to do, if it cannot be read
     */
    LabRuns(AgeLabConfig config, @Nullable Path kept) throws IOException {
        this.config = config;
        this.kept = kept;
        if (kept != null && Files.exists(kept)) {
            for (String line : Files.readAllLines(kept)) {
                try {
                    Kept found = JSON.readValue(line, Kept.class);
                    done.put(found.key, found.run);
                } catch (IOException e) {
                    throw new IOException(kept + ": holds a line that is no finished run (" + line.length()
                            + " characters); delete the line, or name another file", e);
                }
            }
        }
    }

    /** The jobs of the tables, seed by seed, so that what is finished first compares all policies. */
    static List<Job> jobs(AgeLabConfig config, int seeds) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            for (RowConfig row : config.rows()) {
                for (LabPolicy policy : LabPolicy.values()) {
                    for (double share : config.shares()) {
                        // The paper has one share of the log in all but the first table.
                        boolean printed = policy.table() == 1 || share == config.shares().getFirst();
                        if (printed && config.tables().contains(policy.table())
                                && row.tables().contains(policy.table())) {
                            jobs.add(new Job(row, policy, share, config.seeds().first() + i, config.rounds(share)));
                        }
                    }
                }
            }
        }
        return jobs;
    }

    /** The pilot's jobs: the benchmark against the paper's policy, in the last row. */
    static List<Job> pilot(AgeLabConfig config) {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < config.power().seeds(); i++) {
            for (LabPolicy policy : List.of(LabPolicy.DNN_GREEDY, LabPolicy.AGE_TS)) {
                jobs.add(new Job(config.rows().getLast(), policy, 1, config.power().first() + i, config.rounds(1)));
            }
        }
        return jobs;
    }

    /**
     * Seeds that the pilot's spread asks for.
     *
     * @param runs of {@link #pilot}
     */
    static int seeds(AgeLabConfig config, List<PolicyRun> runs) {
        double[] differences = new double[config.power().seeds()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = Math.log((double) runs.get(2 * i + 1).clicks() / runs.get(2 * i).clicks());
        }
        Power power = config.power();
        int needed = PairedRuns.of(differences).runsNeeded(Math.log1p(power.effect()), power.level(), power.power());
        return Math.clamp(needed, SEEDS_MIN, Math.max(SEEDS_MIN, config.seeds().max()));
    }

    /**
     * Runs jobs.
     *
     * @param progress called with rounds as they are done, by several threads at once
     * @return in the order of the jobs
     */
    List<PolicyRun> run(List<Job> jobs, LongConsumer progress) throws IOException, InterruptedException {
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
        try (WarmStarts starts = new WarmStarts(); ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            RunOnce once = new RunOnce(config, starts);
            List<Future<PolicyRun>> running = jobs.stream().map(job -> pool.submit(() -> run(once, job, progress)))
                    .toList();
            List<PolicyRun> runs = new ArrayList<>();
            try {
                for (Future<PolicyRun> run : running) {
                    runs.add(run.get());
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException("a run failed: " + e.getCause(), e.getCause());
            }
            return runs;
        }
    }

    private PolicyRun run(RunOnce once, Job job, LongConsumer progress) throws IOException {
        String key = key(job);
        PolicyRun before;
        synchronized (done) {
            before = done.get(key);
        }
        if (before != null) {
            progress.accept(job.rounds());
            return before;
        }
        PolicyRun run = once.run(job, progress);
        synchronized (done) {
            done.put(key, run);
            if (kept != null) {
                Files.writeString(kept, JSON.writeValueAsString(new Kept(key, run)) + "\n",
                        StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
        return run;
    }

    /** Everything that a run depends on, and its row's name, which it tells: another setting is another run. */
    private String key(Job job) {
        RowConfig row = job.row();
        return String.join(" ", row.name(), job.policy().word(), "λ " + row.lambda(), "target " + row.logitTarget(),
                "strength " + row.strength(job.policy()), "share " + job.share(), "seed " + job.seed(),
                "rounds " + job.rounds(), row.net().toString(), config.world().toString(), config.events().toString());
    }
}
