/**
 * Recorded choices that were made at random: logs that policies are replayed on. Cold; readers are one thread's.
 */
@NullMarked
package io.sextant.perf.agelab.log;

import org.jspecify.annotations.NullMarked;
