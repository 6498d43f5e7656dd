/** The page that tells what an experiment found: one file, without scripts, made from the results alone. Cold. */
@NullMarked
package io.sextant.perf.experiment.report;

import org.jspecify.annotations.NullMarked;
