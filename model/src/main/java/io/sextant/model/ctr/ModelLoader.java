package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureBatch;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * From a directory on disk to a model that can be asked. Cold: runs on a background thread; may take a second.
 */
public final class ModelLoader {
    private static final int WARM_UP_ROWS = 2;

    private final TensorFlowOptions options;

    /** A loader whose models run with the given threads. */
    public ModelLoader(TensorFlowOptions options) {
        this.options = options;
    }

    /**
     * Reads, checks, builds and warms up a model. The caller closes it.
     *
     * @param directory the artefact's directory
     * @param sha256    the sum that was announced, in hex; null if none was
     * @throws ModelArtefactException if it must not be served; the message names file and tensor
     * @throws IOException            if it cannot be read
     */
    public CtrModel load(Path directory, @Nullable String sha256) throws IOException {
        ModelArtefact artefact = ModelArtefact.read(directory, sha256);
        CtrModel model = new TensorFlowCtrModel(artefact.description(), artefact.weights(), options);
        warmUp(model);
        return model;
    }

    /** TensorFlow plans a graph on its first run; better here than in somebody's auction. */
    private static void warmUp(CtrModel model) {
        ModelDescription description = model.description();
        FeatureBatch batch = new FeatureBatch(description.schema(), WARM_UP_ROWS);
        int[] ad = new int[description.schema().adFields()];
        for (int row = 0; row < WARM_UP_ROWS; row++) {
            batch.add(ad);
        }
        float[] logits = new float[WARM_UP_ROWS];
        float[] displacement = new float[WARM_UP_ROWS * description.adInputs()];
        float[] gradients = new float[displacement.length];
        try (CtrScratch scratch = model.newScratch(WARM_UP_ROWS)) {
            model.score(batch, scratch, logits);
            model.scoreDropped(batch, new int[WARM_UP_ROWS], 1, scratch, logits);
            model.adGradients(batch, displacement, scratch, logits, gradients);
            model.scoreDisplaced(batch, displacement, scratch, logits);
            model.gate(batch, scratch, logits);
        }
    }
}
