package io.sextant.perf.learning;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.evaluation.Predictions;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.RowRetention;
import io.sextant.model.training.TrainingConfig;
import io.sextant.perf.workload.PlantedWorld;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Lets an arm learn for some simulated weeks while ids come and go: each hour a tenth of all ids in use gives way to new ones.
 * Memory must not grow, and what is learned must not fade.
 */
/*
 * Ids are numbers that are hashed into the fields' blocks as values of requests are. Every id in use has an effect on the
 * click's logit, a hash of its number, so that new ids have to be learned. Tables are twice as wide as ids in use; what
 * bounds them is their size, what keeps them useful is that rows of ids that are gone expire.
 */
final class MemoryPart implements LearningPart {
    static final double NEW_IDS = 0.1;

    private static final int FIELDS = 8;
    private static final int AD_FIELDS = 2;
    private static final int ROWS = 20_000;
    private static final int IDS = 5_000;
    private static final double EFFECT_SD = 0.6;
    private static final double BASE_LOGIT = -2.5;
    private static final int BATCH = 1_024;
    private static final long MS_PER_HOUR = 3_600_000;
    private static final long START_HOUR = 500_000;
    private static final int HOURS = 400;
    private static final int QUARTERS = 4;
    private static final double MB = 1e6;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Architecture SMALL = new Architecture(8, List.of(32, 16), 0.2, 8);

    private final long examples;
    private final int threads;
    private final FeatureSchema schema = schema();
    private final long[][] ids = new long[FIELDS][IDS];
    private final UniformRandomProvider random;
    private long nextId;

    MemoryPart(long examples, int threads, long seed) {
        this.examples = examples;
        this.threads = threads;
        this.random = PlantedWorld.generator(seed);
        for (long[] inUse : ids) {
            Arrays.setAll(inUse, _ -> nextId++);
        }
    }

    private static FeatureSchema schema() {
        List<FeatureSchema.Field> fields = new ArrayList<>();
        for (int field = 0; field < FIELDS; field++) {
            fields.add(new FeatureSchema.Field("field-" + field, field >= FIELDS - AD_FIELDS, ROWS));
        }
        return new FeatureSchema(fields, 1);
    }

    @Override
    public String name() {
        return "memory";
    }

    /** {@code quick} is nothing to this part: it says how many examples it learns. */
    @Override
    public List<LearningFigure> measure(boolean quick, DoubleConsumer progress) throws IOException {
        MemoryFigures found = measure(progress);
        List<LearningFigure> figures = new ArrayList<>();
        figures.add(LearningFigure.of("memory_examples", (double) examples, "examples learned in " + HOURS
                + " simulated hours with 10 % new ids an hour; " + found.net()));
        figures.add(new LearningFigure("memory_flat", found.flat() ? 1 : 0,
                "1 if heap, resident memory, live rows and AUC of the last quarter are those of the second", "1",
                found.flat()));
        for (int i = 0; i < QUARTERS; i++) {
            MemoryFigures.Quarter quarter = found.quarters().get(i);
            String name = "memory_quarter_" + (i + 1);
            figures.add(LearningFigure.of(name + "_heap_mb", quarter.heapMb(), "MB of heap after a collection"));
            figures.add(LearningFigure.of(name + "_resident_mb", quarter.residentMb(), "MB of the whole process"));
            figures.add(LearningFigure.of(name + "_live_rows", quarter.liveRows(), "rows admitted and not expired"));
            figures.add(LearningFigure.of(name + "_auc", quarter.auc(), "progressive AUC, last million at most"));
        }
        return figures;
    }

    MemoryFigures measure(DoubleConsumer progress) throws IOException {
        var retention = new RowRetention(2, Duration.ofHours(24), Duration.ofHours(48));
        var config = new TrainingConfig(SMALL, BATCH, 0.02, 0.1, 0.001, 0, 0.08, 1, retention, 1);
        List<MemoryFigures.Quarter> quarters = new ArrayList<>();
        int[] features = new int[BATCH * FIELDS];
        float[] labels = new float[BATCH];
        float[] weights = new float[BATCH];
        Arrays.fill(weights, 1);
        long hour = 0;
        Predictions predictions = Predictions.last(1_000_000);
        try (var trainer = new DeepFmTrainer(Weights.initial(schema, SMALL, 1, 0.08), config,
                TensorFlowOptions.singleThread(), threads)) {
            while (quarters.size() < QUARTERS) {
                long now = trainer.examples() * HOURS / examples;
                while (hour < now) {
                    renew();
                    hour++;
                }
                draw(features, labels);
                float[] logits = trainer.scoreAndTrain(features, labels, weights, (START_HOUR + hour) * MS_PER_HOUR);
                for (int i = 0; i < BATCH; i++) {
                    predictions.add(Logistic.of(logits[i]), labels[i] > 0, 1);
                }
                progress.accept(Math.min(1, (double) trainer.examples() / examples));
                if (trainer.examples() * QUARTERS >= examples * (quarters.size() + 1)) {
                    quarters.add(new MemoryFigures.Quarter(heap(), resident(), trainer.liveRows(),
                            predictions.figures().auc()));
                }
            }
        }
        return new MemoryFigures(FIELDS + " fields of " + ROWS + " rows, embeddings of "
                + SMALL.embeddingSize() + ", hidden layers " + SMALL.hidden(), quarters);
    }

    /** An hour passes: of every ten ids in use one gives way to one that nobody has seen. */
    private void renew() {
        for (long[] inUse : ids) {
            for (int i = 0; i < IDS * NEW_IDS; i++) {
                inUse[random.nextInt(IDS)] = nextId++;
            }
        }
    }

    private void draw(int[] features, float[] labels) {
        for (int row = 0; row < BATCH; row++) {
            double logit = BASE_LOGIT;
            for (int field = 0; field < FIELDS; field++) {
                double skewed = random.nextDouble() * random.nextDouble();
                long id = ids[field][(int) (skewed * IDS)];
                long hash = mix(id);
                features[row * FIELDS + field] = schema.valueIndex(field, hash);
                // Uniform numbers of this width have the standard deviation that is asked for.
                logit += EFFECT_SD * Math.sqrt(12) * ((mix(hash) >>> 11) * 0x1p-53 - 0.5);
            }
            labels[row] = random.nextDouble() < Logistic.of(logit) ? 1 : 0;
        }
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static double heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MB;
    }

    private static double resident() throws IOException {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / MB).findFirst().orElse(0);
        }
    }
}
