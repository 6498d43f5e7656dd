package io.sextant.perf.agelab;

/**
 * What a contestant was shown to be worth.
 *
 * @param events   events that were looked at, the warm start's left out
 * @param rounds   of those the ones that count: in a replay, the ones whose shown item was chosen
 * @param clicks   on what was shown in them
 * @param expected the true click probabilities of what was shown, summed; NaN where nobody knows them
 * @param best     those of the best candidates; NaN where nobody knows them
 */
record Tally(long events, long rounds, long clicks, double expected, double best) {
    /** Clicks a round. */
    double ctr() {
        return rounds == 0 ? Double.NaN : (double) clicks / rounds;
    }
}
