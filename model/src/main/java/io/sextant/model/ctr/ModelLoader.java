package io.sextant.model.ctr;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * From a directory on disk to a model that can be asked. Cold: runs on a background thread; may take a second, and some
 * more the first time, until the kernels are compiled.
 */
public final class ModelLoader {
    /**
     * Reads, checks, builds and warms up a model. The caller closes it.
     *
     * @param directory the artefact's directory
     * @param sha256    the sum that was announced, in hex; null if none was
     * @throws ModelArtefactException if it must not be served; the message names file and tensor
     * @throws IOException            if it cannot be read
     */
    public CtrModel load(Path directory, @Nullable String sha256) throws IOException {
        return build(ModelArtefact.read(directory, sha256));
    }

    /**
     * Builds and warms up a model of a state that has been read and checked. The caller closes it.
     *
     * @param artefact its tables are used in place and must not change any more
     */
    public CtrModel build(ModelArtefact artefact) {
        CtrModel model = new ArrayCtrModel(artefact.description(), artefact.weights(), KernelChoice.kernels());
        WarmUp.run(model);
        return model;
    }
}
