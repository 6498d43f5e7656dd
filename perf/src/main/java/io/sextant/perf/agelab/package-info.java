/**
 * The laboratory of exploration policies: the replay tables of the paper on adversarial-gradient exploration, on a synthetic
 * world and on logs, with the classes that the bidder serves. Cold; each run is one thread's, runs go on beside each other.
 */
@NullMarked
package io.sextant.perf.agelab;

import org.jspecify.annotations.NullMarked;
