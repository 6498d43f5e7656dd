/**
 * Every random draw of a decision, from a counter-based generator keyed by what the decision is about. Hot path.
 */
@NullMarked
package io.sextant.uncertainty.draw;

import org.jspecify.annotations.NullMarked;
