/**
 * How unsure the model is about a request. Hot path.
 */
@NullMarked
package io.sextant.uncertainty.estimator;

import org.jspecify.annotations.NullMarked;
