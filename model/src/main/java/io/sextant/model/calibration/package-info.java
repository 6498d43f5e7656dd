/**
 * From a model's click probabilities to rates that clicks bear out, which is what a price has to be computed from. Fitting
 * is cold, the trainer's; {@link io.sextant.model.calibration.Calibration#at} is hot path.
 */
@NullMarked
package io.sextant.model.calibration;

import org.jspecify.annotations.NullMarked;
