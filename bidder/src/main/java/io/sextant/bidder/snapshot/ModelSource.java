package io.sextant.bidder.snapshot;

import io.sextant.model.ctr.ModelChain;
import java.nio.file.Path;

/**
 * Where a model was loaded from.
 *
 * @param arm     the arm that bids with it
 * @param version its version
 * @param sha256  the sum of its full artefact, in hex
 * @param chain   what leads to it, as long as the trainer keeps it
 */
public record ModelSource(String arm, long version, String sha256, ModelChain chain) {
    /** Of one directory: a full artefact or a SavedModel. */
    public ModelSource(String arm, long version, String sha256, Path directory) {
        this(arm, version, sha256, ModelChain.of(version, directory, sha256));
    }
}
