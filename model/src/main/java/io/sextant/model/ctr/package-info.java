/**
 * Predicted click-through rate: the model's contract, its artefact on disk, and TensorFlow's reference inference.
 * Hot path.
 */
@NullMarked
package io.sextant.model.ctr;

import org.jspecify.annotations.NullMarked;
