/**
 * How fast arms learn, how soon a click is bid with, and whether memory stays flat: {@code ./sextant bench learning}. Cold;
 * each part on the command's thread.
 */
@NullMarked
package io.sextant.perf.learning;

import org.jspecify.annotations.NullMarked;
