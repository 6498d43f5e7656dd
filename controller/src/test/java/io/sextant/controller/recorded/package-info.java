/**
 * Uncertainties of which every number is different and known, in disorder, and what a controller must make of them,
 * computed from the numbers themselves. Cold: tests.
 */
@NullMarked
package io.sextant.controller.recorded;

import org.jspecify.annotations.NullMarked;
