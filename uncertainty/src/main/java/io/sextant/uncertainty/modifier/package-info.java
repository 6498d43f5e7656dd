/**
 * From uncertainty to bid modifier: the curve, its table, and the distribution that the random arm draws from. Hot
 * path.
 */
@NullMarked
package io.sextant.uncertainty.modifier;

import org.jspecify.annotations.NullMarked;
