package io.sextant.bidder.event;

import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;

/**
 * The click models.
 *
 * @param dir              directory of the artefacts, {@code <dir>/<arm>/<version>}; the newest of each arm is loaded at
 *                         start, later ones when they are announced
 * @param bootstrapVersion what is loaded at start: the newest version up to this one, for replays; -1 for no bound
 * @param intraOpThreads   threads one TensorFlow operation may use, in arms with a SavedModel; 0 for one a core
 * @param rowsFactor       size of the feature tables, relative to the standard schema; the trainer's must be the same
 * @param hashSeed         seed of the hash from values to embedding rows; the trainer's must be the same
 */
public record ModelsConfig(@NotBlank String dir, @Min(-1) long bootstrapVersion, @Min(0) @Max(256) int intraOpThreads,
        double rowsFactor, long hashSeed) {
    public ModelsConfig {
        if (!(rowsFactor > 0 && rowsFactor <= 1000)) {
            throw new IllegalArgumentException("rows-factor is " + rowsFactor + ", must be above 0, at most 1000");
        }
    }

    /** The features that all models read. */
    public FeatureSchema schema() {
        return FeatureSchemas.standard(rowsFactor, hashSeed);
    }

    /** The directory. */
    public Path directory() {
        return Path.of(dir);
    }
}
