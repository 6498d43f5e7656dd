/**
 * The statistics held against experiments whose truth is known: thousands of simulated ones, and a small market in which
 * arms learn. Cold; every run has its own seed and may go on any thread.
 */
@NullMarked
package io.sextant.abtesting.simulation;

import org.jspecify.annotations.NullMarked;
