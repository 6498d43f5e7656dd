package io.sextant.perf.estimators;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How estimators are looked at.
 *
 * @param requests      requests that every estimator is asked about, at most
 * @param members       nets of the ensemble, 2 or more
 * @param passes        of Monte Carlo dropout
 * @param training      of nets that learn from a log: the trainer's settings that differ from its reference
 * @param exposureField whose exposures count; null for the usual one, see {@code ./sextant evaluate}
 * @param heldOut       share of a log, its latest part, that is not learned from, above 0 and below 1
 * @param threads       that bid and learn
 */
record StudySettings(int requests, int members, int passes, Map<String, String> training,
        @Nullable String exposureField, double heldOut, int threads) {
    StudySettings {
        training = Map.copyOf(training);
    }
}
