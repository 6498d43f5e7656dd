/**
 * Which policy an arm explores with, by name and settings, and what that asks of its model. Cold; values are immutable.
 */
@NullMarked
package io.sextant.uncertainty.choice;

import org.jspecify.annotations.NullMarked;
