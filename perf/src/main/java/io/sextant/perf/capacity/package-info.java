/** {@code ./sextant bench capacity}: from what was measured on one machine to the fleet for a given traffic. Cold. */
@NullMarked
package io.sextant.perf.capacity;

import org.jspecify.annotations.NullMarked;
