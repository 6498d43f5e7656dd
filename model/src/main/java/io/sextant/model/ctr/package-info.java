/**
 * Predicted click-through rate: the model's contract, its weights and their artefact on disk, the DeepFM's definition in
 * TensorFlow and the reference inference that runs it. The calls of {@link io.sextant.model.ctr.CtrModel} are hot path and
 * belong to the bidder's event loops; reading and writing artefacts is cold.
 */
@NullMarked
package io.sextant.model.ctr;

import org.jspecify.annotations.NullMarked;
