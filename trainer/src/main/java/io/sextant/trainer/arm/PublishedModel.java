package io.sextant.trainer.arm;

import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowNet;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;

/** The arm's last published version, asked for its predictions beside those of the model in training. */
final class PublishedModel implements AutoCloseable {
    private final ModelArtefact artefact;
    private final TensorFlowNet net;
    private final int fields;

    PublishedModel(ModelArtefact artefact, TensorFlowOptions options) {
        Weights weights = artefact.weights();
        this.artefact = artefact;
        this.fields = weights.schema().size();
        // Only the plain net is asked, so one mask is enough.
        MaskBank bank = new MaskBank(1, weights.architecture().hiddenUnits(), 0, 0);
        this.net = new TensorFlowNet(weights, bank, options);
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
        int count = features.length / fields;
        if (count == 0) {
            return new float[0];
        }
        float[] rows = new float[features.length * weights().architecture().embeddingSize()];
        float[] sums = new float[count];
        float[] logits = new float[count];
        weights().gather(features, count, rows, sums);
        net.score(rows, sums, count, logits);
        return logits;
    }

    @Override
    public void close() {
        net.close();
    }
}
