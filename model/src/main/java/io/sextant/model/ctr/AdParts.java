package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;

/**
 * What a model knows of each ad of a catalogue before any request: made by {@link CtrModel#prepare}, and only good for that
 * model. Immutable and thread-safe.
 */
public interface AdParts {
    /** The ads. */
    AdTable ads();
}
