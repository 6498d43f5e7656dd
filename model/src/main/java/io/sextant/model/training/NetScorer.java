package io.sextant.model.training;

import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import java.util.Arrays;

/**
 * Scores with weights that nobody changes any more, by the trainer's own pass: rows are looked up straight into TensorFlow's
 * memory.
 *
 * <p>
 * Threading: thread-safe. The caller closes it.
 */
public final class NetScorer implements AutoCloseable {
    private final Weights weights;
    private final RowKernels kernels;
    private final TrainingNet net;

    /**
     * Builds graph and session.
     *
     * @param weights shared and not changed
     * @param options threads of the session
     */
    public NetScorer(Weights weights, TensorFlowOptions options) {
        this.weights = weights;
        this.kernels = RowKernels.choose(weights.architecture().embeddingSize());
        this.net = new TrainingNet(weights, options);
    }

    /**
     * The plain net's logits.
     *
     * @param features [n * fields] table rows, row by row
     * @return [n]
     */
    public float[] score(int[] features) {
        int count = features.length / weights.schema().size();
        if (count == 0) {
            return new float[0];
        }
        Shard shard = new Shard(weights);
        shard.score(features, 0, count);
        try (TrainingNet.Pass pass = net.open(shard)) {
            shard.gather(weights, kernels, pass.embeddings);
            pass.score();
        }
        return Arrays.copyOf(shard.logits, count);
    }

    @Override
    public void close() {
        net.close();
    }
}
