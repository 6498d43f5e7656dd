/**
 * Mergeable summaries of many uncertainties. Cold: owned by the controller's threads.
 */
@NullMarked
package io.sextant.uncertainty.quantile;

import org.jspecify.annotations.NullMarked;
