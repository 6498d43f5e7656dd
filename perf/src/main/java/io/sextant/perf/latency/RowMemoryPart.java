package io.sextant.perf.latency;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.TrainingConfig;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Function;

/**
 * Bytes that a row of the embedding table takes, in what serves and in what learns: the difference between what a larger and
 * a smaller table leave on the heap after a collection, so that nothing else counts.
 */
final class RowMemoryPart implements LatencyPart {
    private static final double SMALLER = 2;
    private static final double LARGER = 20;
    private static final long SEED = 20_260_109;
    private static final double PRIOR_CTR = 0.03;
    private static final int COLLECTIONS = 3;
    private static final long PAUSE_MS = 100;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        if (bench.quick()) {
            return new PartResult(List.of(), List.of("The memory of a row is not measured in a quick run."), Map.of());
        }
        double serving = bytesPerRow(RowMemoryPart::weights);
        progress.accept(0.5);
        double training = bytesPerRow(schema -> new DeepFmTrainer(weights(schema), TrainingConfig.standard(SEED),
                TensorFlowOptions.singleThread()));
        progress.accept(1);
        List<LatencyFigure> figures = List.of(
                LatencyFigure.of("memory_bytes_per_row_served", serving, "bytes of a row of an arm's table, serving"),
                LatencyFigure.of("memory_bytes_per_row_trained", training,
                        "bytes of a row of an arm's table, training, the optimiser's state included"));
        return new PartResult(figures, List.of(String.format(Locale.ROOT,
                "A row of the table: %.1f bytes served, %.1f bytes trained.", serving, training)), Map.of());
    }

    private static Weights weights(FeatureSchema schema) {
        return Weights.initial(schema, Architecture.standard(), SEED, PRIOR_CTR);
    }

    private static <T> double bytesPerRow(Function<FeatureSchema, T> made) throws InterruptedException {
        FeatureSchema small = FeatureSchemas.standard(SMALLER, FeatureSchemas.HASH_SEED);
        FeatureSchema large = FeatureSchemas.standard(LARGER, FeatureSchemas.HASH_SEED);
        return (double) (heap(made, large) - heap(made, small)) / (large.rows() - small.rows());
    }

    private static <T> long heap(Function<FeatureSchema, T> made, FeatureSchema schema) throws InterruptedException {
        long before = used();
        T kept = made.apply(schema);
        long with = used();
        if (kept instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return with - before;
    }

    private static long used() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(PAUSE_MS);
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
