/**
 * What learning while bidding costs and how soon it tells: {@code ./sextant bench learning}. Cold: owned by the command's
 * thread.
 */
@NullMarked
package io.sextant.perf.learning;

import org.jspecify.annotations.NullMarked;
