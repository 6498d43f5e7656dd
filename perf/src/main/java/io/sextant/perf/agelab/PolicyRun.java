package io.sextant.perf.agelab;

import java.util.List;

/**
 * What one policy did in one run; a line of the results.
 *
 * @param row          setting
 * @param policy       its word
 * @param share        of the log that was used
 * @param seed         of world, nets and draws
 * @param rounds       decisions
 * @param clicks       on what was shown
 * @param expected     true click probabilities of what was shown, summed: as clicks, with less noise
 * @param best         those of the best candidates
 * @param medianMove   median |Δlogit| of the candidates that were moved at all
 * @param moved        share of candidates whose score was moved
 * @param rankChanges  candidates a decision whose rank was changed
 * @param topChanged   share of decisions whose first candidate was changed
 * @param movement     Euclidean length of what training moved all weights by, from the untrained start to the end
 * @param startLength  Euclidean length of all weights at the start
 * @param lambda       AGE's step size that was used
 * @param calibrated   whether λ reached its logit target
 * @param seconds      that the decisions and what was learned from them took, the warm start left out
 * @param fresh        what became of new items
 * @param errors       how far predictions were off, by displays of the item
 */
public record PolicyRun(String row, String policy, double share, long seed, long rounds, long clicks, double expected,
        double best, double medianMove, double moved, double rankChanges, double topChanged, double movement,
        double startLength, double lambda, boolean calibrated, double seconds, FreshItems fresh,
        List<ErrorPoint> errors) {
    public PolicyRun {
        errors = List.copyOf(errors);
    }

    /**
     * Displays of new items.
     *
     * @param displays  page views that new items got
     * @param clicks    on them
     * @param expected  their true click probabilities, summed
     * @param plain     the plain model's, summed
     * @param perturbed those of the explored score, summed
     */
    public record FreshItems(long displays, long clicks, double expected, double plain, double perturbed) {}

    /**
     * Predictions of items that had been displayed about as often.
     *
     * @param displays   before, at least
     * @param shown      number of displays
     * @param truth      mean true click probability
     * @param predicted  mean of the plain model's
     * @param error      mean |predicted − true|
     */
    public record ErrorPoint(int displays, long shown, double truth, double predicted, double error) {}

    /** Decisions a second. */
    public double roundsPerSecond() {
        return rounds / seconds;
    }
}
