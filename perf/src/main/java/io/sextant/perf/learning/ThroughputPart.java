package io.sextant.perf.learning;

import com.sun.management.OperatingSystemMXBean;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.workload.PlantedWorld;
import io.sextant.perf.workload.Workload;
import io.sextant.protocol.event.Example;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.hipparchus.stat.descriptive.rank.Median;

/**
 * Measures how fast one arm learns, in turn with the bare layers and with the same net as it is usually written, so that a
 * machine that slows down meets all of them.
 */
/*
 * The bare layers are given TensorFlow's own threads, within an operation, and within and between operations; in each round
 * the quicker of the two counts. TensorFlow keeps one pool of threads a process unless it is told otherwise
 * (TF_OVERRIDE_GLOBAL_THREADPOOL, which the launcher sets), and the product wants one thread a call.
 */
final class ThroughputPart implements LearningPart {
    private static final int EXAMPLES = 131_072;
    private static final int WARM_UPS = 2;
    /** Examples learned before anything is measured: Java's part of a step is compiled by then, TensorFlow's always was. */
    private static final int WARM_UP_EXAMPLES = 1_000_000;
    private static final double WARM_UP_SHARE = 0.1;
    private static final double MICROS = 1e-6;

    private static final int THREADS_MAX = 2;
    private static final double EXAMPLES_MIN = 50_000;
    private static final double SHARE_MIN = 0.7;

    @Override
    public String name() {
        return "throughput";
    }

    @Override
    public List<LearningFigure> measure(boolean quick, DoubleConsumer progress) throws IOException {
        Path directory = Files.createTempDirectory("sextant-bench");
        try {
            int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
            return measure(directory, threads, quick ? 5 : 15, quick ? 40_000 : 120_000, progress);
        } finally {
            ArtefactFiles.deleteTree(directory);
        }
    }

    private static List<LearningFigure> measure(Path directory, int threads, int rounds, int slice,
            DoubleConsumer progress) throws IOException {
        PlantedWorld world = Workload.world();
        List<Example> examples = ExampleStream.draw(world, EXAMPLES, Workload.SEED);
        Architecture architecture = Architecture.standard();
        FeatureSchema schema = world.schema();
        var pool = new TensorFlowOptions(threads, -1);
        List<double[]> found = new ArrayList<>();
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        try (var arm = new LearningArm(directory, threads, examples);
                var bare = new BareMlp(schema, architecture, arm.batchSize(), pool, Workload.SEED);
                var pooledBare = new BareMlp(schema, architecture, arm.batchSize(),
                        new TensorFlowOptions(threads, threads), Workload.SEED);
                var plain = new PlainGather(schema, architecture, pool, Workload.SEED)) {
            int steps = Math.max(1, slice / arm.batchSize());
            Batches batches = new Batches(examples, schema.size(), arm.batchSize());
            long count = (long) steps * arm.batchSize();
            for (int done = 0; done < WARM_UP_EXAMPLES; done += EXAMPLES) {
                arm.learn(EXAMPLES);
                progress.accept(WARM_UP_SHARE * done / WARM_UP_EXAMPLES);
            }
            for (int round = -WARM_UPS; round < rounds; round++) {
                double[] seconds = new double[5];
                long cpu = system.getProcessCpuTime();
                seconds[0] = seconds(() -> arm.learn(count));
                seconds[4] = (system.getProcessCpuTime() - cpu) * 1e-9;
                seconds[1] = Math.min(seconds(() -> bare.run(steps, true)), seconds(() -> pooledBare.run(steps, true)));
                seconds[2] = Math.min(seconds(() -> bare.run(steps, false)),
                        seconds(() -> pooledBare.run(steps, false)));
                seconds[3] = seconds(() -> batches.train(plain, steps));
                if (round >= 0) {
                    found.add(seconds);
                }
                progress.accept(WARM_UP_SHARE
                        + (1 - WARM_UP_SHARE) * (round + WARM_UPS + 1.0) / (rounds + WARM_UPS));
            }
            return figures(median(found, s -> count / s[0]), median(found, s -> s[1] / s[0]),
                    median(found, s -> s[3] / s[0]), median(found, s -> count / s[1]),
                    median(found, s -> count / s[2]), median(found, s -> count / s[3]),
                    median(found, s -> s[4] / count / MICROS), arm.batchSize(), threads);
        }
    }

    static List<LearningFigure> figures(double examples, double shareOfBare, double speedupPlain, double bareForward,
            double bareTraining, double plain, double cpuMicros, int batch, int threads) {
        return List.of(
                new LearningFigure("examples_per_second", examples,
                        "examples a second an arm checks, batches, scores, one in eight also by the published version, "
                                + "trains and calibrates on; parsing and Kafka left out",
                        "at least 50,000", examples >= EXAMPLES_MIN),
                new LearningFigure("share_of_bare_mlp", shareOfBare,
                        "of what the layers alone reach, forward and training", "at least 0.7",
                        shareOfBare >= SHARE_MIN),
                LearningFigure.of("speedup_vs_plain_gather", speedupPlain,
                        "times as fast as the same net on TensorFlow's own tables, scored and trained"),
                LearningFigure.of("bare_mlp_rows_per_second", bareForward,
                        "rows a second, layers alone, forward and training"),
                LearningFigure.of("bare_mlp_training_rows_per_second", bareTraining,
                        "rows a second, layers alone, training"),
                LearningFigure.of("plain_gather_rows_per_second", plain, "rows a second on TensorFlow's own tables"),
                LearningFigure.of("cpu_micros_per_example", cpuMicros,
                        "µs of processor time an example, all threads, collector and compiler included"),
                LearningFigure.of("batch_size", batch, "examples a step, all three"),
                LearningFigure.of("training_threads", threads, "threads, all three"));
    }

    /** What a round gives. */
    @FunctionalInterface
    private interface Figure {
        double of(double[] seconds);
    }

    private static double median(List<double[]> rounds, Figure figure) {
        return new Median().evaluate(rounds.stream().mapToDouble(figure::of).toArray());
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) * 1e-9;
    }

    /** The examples as plain arrays, batch by batch. */
    private static final class Batches {
        private final List<int[]> features = new ArrayList<>();
        private final List<float[]> clicks = new ArrayList<>();
        private int next;

        Batches(List<Example> examples, int fields, int size) {
            for (int from = 0; from + size <= examples.size(); from += size) {
                int[] rows = new int[size * fields];
                float[] labels = new float[size];
                for (int i = 0; i < size; i++) {
                    Example example = examples.get(from + i);
                    labels[i] = example.getClick() ? 1 : 0;
                    for (int field = 0; field < fields; field++) {
                        rows[i * fields + field] = example.getFeature(field);
                    }
                }
                features.add(rows);
                clicks.add(labels);
            }
        }

        void train(PlainGather net, int steps) {
            for (int step = 0; step < steps; step++) {
                net.scoreAndTrain(features.get(next), clicks.get(next));
                next = (next + 1) % features.size();
            }
        }
    }
}
