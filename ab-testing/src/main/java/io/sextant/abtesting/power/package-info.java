/**
 * The command that tells how long an experiment takes. Cold.
 */
@NullMarked
package io.sextant.abtesting.power;

import org.jspecify.annotations.NullMarked;
