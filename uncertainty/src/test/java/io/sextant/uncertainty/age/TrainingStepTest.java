package io.sextant.uncertainty.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.Weights;
import io.sextant.uncertainty.EngineImpression;
import io.sextant.uncertainty.HandNet;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Theorem 1 of the paper, in numbers; what eq. 17 says as printed; and the directions beside each other. */
class TrainingStepTest {
    private static final Weights WEIGHTS = EngineImpression.weights(4, List.of(24, 16), 1, 2);

    @Property(tries = 60, seed = "1")
    void shouldPointWhereFRisesByPMinusPredictedInExpectation(@ForAll long seed,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double p) {
        EngineImpression impression = new EngineImpression(EngineImpression.model(WEIGHTS), 1, seed);

        TrainingStep.Lesson lesson = TrainingStep.expected(impression.model, impression.scratch, p, 1e-3);

        double gap = p - 1 / (1 + Math.exp(-impression.plain[0]));
        if (Math.abs(gap) > 1e-3) {
            assertThat(lesson.cosine()).isCloseTo(Math.signum(gap), within(1e-9));
        }
        assertThat(lesson.factor()).isCloseTo(gap, within(1e-9));
        // as printed: the same whatever is predicted
        assertThat(lesson.printed()).isCloseTo(2 * p - 1, within(1e-9));
    }

    /** Without derivatives, on a smooth net: both steps move f by amounts whose ratio goes to p − y' as they shrink. */
    @Property(tries = 40, seed = "2")
    void shouldMoveFByPMinusPredictedOfTheAdversarialStepWhenItIsSmall(@ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 1) double p) {
        HandNet net = HandNet.random(seed, 0, 1);
        HandNet.Impression impression = net.randomImpression(seed, 1);

        TrainingStep.Lesson small = TrainingStep.expected(net, impression, p, 0.01);

        assertThat(small.finite()).isCloseTo(p - small.predicted(), within(0.03));
    }

    @Test
    void shouldComeOutAsByHandWhenTheNetIsLinear() {
        HandNet net = HandNet.linear();
        HandNet.Impression impression = net.impression(new int[]{2}, new int[]{7, 12});

        // the logit is 0.5: y' = 0.6225
        TrainingStep.Lesson lesson = TrainingStep.expected(net, impression, 0.4, 0.01);
        TrainingStep.Lesson rising = TrainingStep.expected(net, impression, 0.7, 0.01);

        assertThat(lesson.predicted()).isCloseTo(0.62246, within(1e-5));
        // the gradient by (p, q) is (2, 2)
        assertThat(lesson.gradient()).isCloseTo(Math.sqrt(8), within(1e-6));
        assertThat(lesson.cosine()).isCloseTo(-1, within(1e-12));
        assertThat(lesson.factor()).isCloseTo(0.4 - 0.62246, within(1e-5));
        assertThat(lesson.printed()).isCloseTo(-0.2, within(1e-9));
        assertThat(rising.factor()).isCloseTo(0.7 - 0.62246, within(1e-5));
        assertThat(rising.printed()).isCloseTo(0.4, within(1e-9));
        // a linear logit: the ratio is exact but for rounding to floats
        assertThat(rising.finite()).isCloseTo(rising.factor(), within(1e-3));
    }

    @Test
    void shouldBeOneDirectionWhenPgdTakesOneStepAndAnotherLater() {
        HandNet net = HandNet.random(4, 0, 1);
        HandNet.Impression impression = net.randomImpression(4, 6);
        float[] plain = new float[6];
        net.score(impression, plain);
        double[] cosines = new double[6];
        var onLogits = new DirectionComparison(UncertaintyScale.LOGIT, net, 6);

        onLogits.cosines(net, impression.rows(), 6, plain, 1, impression, cosines);
        assertThat(cosines).containsExactly(new double[]{1, 1, 1, 1, 1, 1}, within(1e-6));
        onLogits.cosines(net, impression.rows(), 6, plain, 5, impression, cosines);
        for (double cosine : cosines) {
            assertThat(cosine).isBetween(0.2, 0.999999);
        }
    }
}
