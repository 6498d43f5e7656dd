package io.sextant.perf.estimators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Logistic;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrorEvidenceTest {
    private static final int SITES = 400;
    private static final int EACH = 500;

    /** Errors 1 2 3 and 6 of which the mean, 3, is a matter of calibration: 2 1 0 3. */
    @Test
    void shouldTakeTheErrorThatAllPredictionsShareForNone() {
        double[] truths = {0, 0, 0, 0};
        var errors = new TrueErrors(new double[]{1, 2, 3, 6}, truths, truths, truths);

        assertThat(errors.overall(new double[]{20, 10, 0, 30})).isCloseTo(1, within(1e-12));
        assertThat(errors.fixed(new double[]{20, 10, 0, 30}, new int[4])).isNaN();
    }

    /** A log whose sites are off by a known deviation, small for the first half of the sites, large for the others. */
    private static final class Log {
        final double[] predictions = new double[SITES * EACH];
        final boolean[] clicks = new boolean[SITES * EACH];
        final int[] sites = new int[SITES * EACH];
        final double[] deviations = new double[SITES * EACH];

        static Log of(double small, double large) {
            var random = new SplittableRandom(7);
            var log = new Log();
            for (int site = 0; site < SITES; site++) {
                double deviation = site % 2 == 0 ? small : large;
                double error = (random.nextBoolean() ? 1 : -1) * deviation;
                for (int i = site * EACH; i < (site + 1) * EACH; i++) {
                    // The level differs between impressions and has nothing to do with the error.
                    double logit = -3 + 2 * random.nextDouble();
                    log.sites[i] = site;
                    log.deviations[i] = deviation;
                    log.predictions[i] = Logistic.of(logit);
                    log.clicks[i] = random.nextDouble() < Logistic.of(logit + error);
                }
            }
            return log;
        }

        HeldOutErrors evidence() {
            return new HeldOutErrors(predictions, clicks, sites);
        }
    }

    @Test
    void shouldEstimateTheSquaredLogitErrorOfSitesWithoutTheNoiseOfClicks() {
        int[] all = IntStream.range(0, SITES * EACH).toArray();

        assertThat(Log.of(0, 0).evidence().squaredError(all)).isCloseTo(0, within(0.005));
        assertThat(Log.of(0.4, 0.4).evidence().squaredError(all)).isCloseTo(0.16, within(0.03));
        assertThat(Log.of(0, 0).evidence().devianceRatio(all)).isCloseTo(1, within(0.01));
    }

    @Test
    void shouldTellWhoKnowsWhereTheErrorsAreFromWhoFollowsThePrediction() {
        Log log = Log.of(0.1, 0.5);
        HeldOutErrors errors = log.evidence();
        var random = new SplittableRandom(8);
        double[] knows = Arrays.stream(log.deviations).map(sd -> sd + 0.2 * random.nextDouble()).toArray();
        double[] follows = Arrays.stream(log.predictions).map(p -> p * (1 - p)).toArray();
        int[] strata = Ranks.strata(log.predictions, 4);

        assertThat(errors.overall(knows)).isGreaterThan(0.7);
        assertThat(errors.fixed(knows, strata)).isGreaterThan(0.7);
        assertThat(errors.overall(follows)).isBetween(-0.5, 0.5);
    }

    @Test
    void shouldHaveNothingToSayOfSitesThatAreSeenOnce() {
        var errors = new HeldOutErrors(new double[]{0.1, 0.2}, new boolean[]{true, false}, new int[]{1, 2});

        assertThat(errors.squaredError(new int[]{0, 1})).isNaN();
    }
}
