/**
 * The closed-loop experiment: arms that bid, buy, learn and bid with what they learned, in a simulated market whose truth is
 * known, over several seeds. Cold; each run belongs to the thread that called for it.
 */
@NullMarked
package io.sextant.perf.experiment;

import org.jspecify.annotations.NullMarked;
