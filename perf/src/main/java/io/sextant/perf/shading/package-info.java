/**
 * What bid shading earns: the same values bid in the same simulated auctions, shaded and not. Cold; a run has one thread.
 */
@NullMarked
package io.sextant.perf.shading;

import org.jspecify.annotations.NullMarked;
