/**
 * Experiments over settings: how much to explore, and in which markets that pays. Cold; one thread drives it.
 */
@NullMarked
package io.sextant.perf.tune;

import org.jspecify.annotations.NullMarked;
