/**
 * From a request and a creative to the feature indices that the model reads. Hot path: the encoder runs on the
 * bidder's event loops; the same code encodes for training.
 */
@NullMarked
package io.sextant.model.feature;

import org.jspecify.annotations.NullMarked;
