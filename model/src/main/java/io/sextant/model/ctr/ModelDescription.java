package io.sextant.model.ctr;

import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.feature.FeatureSchema;
import java.util.List;

/**
 * What a model artefact says of itself, as written to {@code model.json}. Of a SavedModel, numbers that it does not have are
 * 0.
 *
 * @param arm              the arm whose impressions it was trained on
 * @param version          rises by one with every publication of the arm; 0 is the same for all arms
 * @param parentVersion    the version that training went on from; -1 for version 0
 * @param schema           the features it reads
 * @param embeddingSize    floats an embedding
 * @param hidden           widths of the hidden layers, first to last
 * @param dropRate         dropout after each hidden ReLU, 0 to below 1
 * @param masks            number of dropout masks in the bank
 * @param maskSeed         seed that the mask bank is drawn from
 * @param gateHidden       width of the gate net's hidden layer
 * @param uncertaintyEpoch changes when uncertainties of this model can no longer be compared with those of its parent
 * @param ageLambda        λ of eq. 14, in units of the embedding, calibrated for this artefact
 * @param watermarkMs      event time up to which examples were learned
 * @param examples         examples learned since version 0
 * @param calibration      what its click probabilities go through before they price anything; uncertainties do not
 */
public record ModelDescription(String arm, long version, long parentVersion, FeatureSchema schema, int embeddingSize,
        List<Integer> hidden, double dropRate, int masks, long maskSeed, int gateHidden, long uncertaintyEpoch,
        double ageLambda, long watermarkMs, long examples, SegmentCalibrations calibration) {

    /** Of a model whose predictions are taken as they are. */
    public ModelDescription(String arm, long version, long parentVersion, FeatureSchema schema, int embeddingSize,
            List<Integer> hidden, double dropRate, int masks, long maskSeed, int gateHidden, long uncertaintyEpoch,
            double ageLambda, long watermarkMs, long examples) {
        this(arm, version, parentVersion, schema, embeddingSize, hidden, dropRate, masks, maskSeed, gateHidden,
                uncertaintyEpoch, ageLambda, watermarkMs, examples, SegmentCalibrations.identity());
    }

    /** Floats of one row's ad embeddings, ad fields times embedding size. */
    public int adInputs() {
        return schema.adFields() * embeddingSize;
    }

    /** The same but for λ. */
    public ModelDescription withAgeLambda(double lambda) {
        return new ModelDescription(arm, version, parentVersion, schema, embeddingSize, hidden, dropRate, masks,
                maskSeed, gateHidden, uncertaintyEpoch, lambda, watermarkMs, examples, calibration);
    }

    /** The same but for the calibration. */
    public ModelDescription withCalibration(SegmentCalibrations other) {
        return new ModelDescription(arm, version, parentVersion, schema, embeddingSize, hidden, dropRate, masks,
                maskSeed, gateHidden, uncertaintyEpoch, ageLambda, watermarkMs, examples, other);
    }

    /** The shape of the net. */
    public Architecture architecture() {
        return new Architecture(embeddingSize, hidden, dropRate, gateHidden);
    }
}
