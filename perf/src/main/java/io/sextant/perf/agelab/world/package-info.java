/**
 * Events with a user and articles to choose from, where the truth is known: the synthetic world that exploration policies are
 * compared in. Cold; every object is one thread's, unless it says otherwise.
 */
@NullMarked
package io.sextant.perf.agelab.world;

import org.jspecify.annotations.NullMarked;
