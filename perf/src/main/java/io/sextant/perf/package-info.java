/** The commands that measure. Cold, but for what they measure. */
@NullMarked
package io.sextant.perf;

import org.jspecify.annotations.NullMarked;
