package io.sextant.trainer.arm;

import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.training.NetScorer;

/**
 * The arm's last published version, asked for its predictions beside those of the model in training.
 *
 * <p>
 * Threading: thread-safe.
 */
final class PublishedModel implements AutoCloseable {
    private final ModelArtefact artefact;
    private final NetScorer scorer;

    PublishedModel(ModelArtefact artefact, TensorFlowOptions options) {
        this.artefact = artefact;
        this.scorer = new NetScorer(artefact.weights(), options);
    }

    ModelDescription description() {
        return artefact.description();
    }

    Weights weights() {
        return artefact.weights();
    }

    /** What is bid with in an exchange where the model says {@code p}. */
    double calibrated(double p, String exchange) {
        return artefact.description().calibration().of(exchange).at(p);
    }

    /** Logits of the rows in {@code features}, [n * fields]. */
    float[] score(int[] features) {
        return scorer.score(features);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
