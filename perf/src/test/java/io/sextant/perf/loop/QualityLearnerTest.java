package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QualityLearnerTest {
    private static double[] at(double[] qualities, double base) {
        return Arrays.stream(qualities).map(quality -> base * Math.exp(quality)).toArray();
    }

    /** E exp(q) of a normal q with standard deviation 0.5 is exp(0.125); after so many labels the quality itself. */
    @Test
    void shouldExpectTheMeanAtFirstAndTheTruthAfterManyLabels() {
        var learner = new QualityLearner(0.5);
        var random = new SplittableRandom(1);
        double quality = 0.7;
        double[] probabilities = at(learner.qualities(), 0.05);

        double first = learner.predictAndLearn("p", probabilities, false);
        for (int i = 0; i < 200_000; i++) {
            learner.predictAndLearn("p", probabilities, random.nextDouble() < 0.05 * Math.exp(quality));
        }

        assertThat(first).isCloseTo(0.05 * Math.exp(0.125), within(1e-4));
        // A standard error of 0.0007 in a probability of 0.1, and the grid's spacing.
        assertThat(learner.predictAndLearn("p", probabilities, false)).isCloseTo(0.05 * Math.exp(quality),
                within(0.003));
        assertThat(learner.predictAndLearn("other", probabilities, false)).as("another publisher").isEqualTo(first);
    }

    /** Small effects, so that the likelihood is nearly that of a normal: one click moves log-quality by sd². */
    @Test
    void shouldMoveByAsMuchAsAClickTells() {
        double sd = 0.01;
        var learner = new QualityLearner(sd);
        double[] probabilities = at(learner.qualities(), 0.2);
        double before = learner.predictAndLearn("p", probabilities, true);

        double after = learner.predictAndLearn("p", probabilities, false);

        assertThat(Math.log(after / before)).isCloseTo(sd * sd, within(sd * sd * 0.05));
    }

    @Test
    void shouldSayTheProbabilityItselfWhenNothingIsHidden() {
        var learner = new QualityLearner(0);

        assertThat(learner.predictAndLearn("p", at(learner.qualities(), 0.3), true)).isCloseTo(0.3, within(1e-12));
        assertThat(learner.predictAndLearn("p", at(learner.qualities(), 0.1), false)).isCloseTo(0.1, within(1e-12));
    }
}
