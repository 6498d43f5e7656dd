/**
 * How well predictions met what became of them: log loss, AUC, PCOC, calibration error. One piece for training, offline
 * evaluation and reports. Cold; every object belongs to one thread.
 */
@NullMarked
package io.sextant.model.evaluation;

import org.jspecify.annotations.NullMarked;
