package io.sextant.uncertainty.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.training.GaussianProcessFit;
import io.sextant.uncertainty.EngineImpression;
import io.sextant.uncertainty.choice.PolicyChoice;
import io.sextant.uncertainty.choice.PolicyChoice.Kind;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Policies that go by a score's deviation, each against the same put together here from the model's own answers. */
class SpreadPoliciesTest {
    private static final int ROWS = 12;
    private static final List<Integer> HIDDEN = List.of(24, 16);
    private static final int DECISIONS = 4_000;

    private static Weights weights(long seed) {
        Weights weights = EngineImpression.weights(4, HIDDEN, 1, seed);
        var random = new SplittableRandom(seed);
        for (int row = 0; row < weights.rowInformation.length; row++) {
            weights.rowInformation[row] = (float) Math.exp(random.nextDouble(-4, 4));
        }
        return weights;
    }

    private static PolicyChoice choice(Kind kind, double width, UncertaintyScale scale) {
        PolicyChoice plain = PolicyChoice.of(kind);
        return new PolicyChoice(kind, plain.age(), 0.1, width, scale, plain.candidatesMax());
    }

    private static float[] explore(EngineImpression impression, PolicyChoice choice, long key) {
        float[] explored = new float[ROWS];
        int count = choice.newPolicy(impression.model, ROWS).explore(impression.model, ROWS, impression.plain,
                new long[ROWS], key, impression.scratch, explored);
        assertThat(count).isEqualTo(ROWS);
        return explored;
    }

    private static double p(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    private static double logit(double p) {
        double kept = Math.clamp(p, 1e-6, 1 - 1e-6);
        return Math.log(kept / (1 - kept));
    }

    private static double[] norms(EngineImpression impression) {
        double[] squares = new double[ROWS];
        impression.model.parameterGradients(impression.rows(), ROWS, impression.scratch, new float[ROWS], squares);
        return IntStream.range(0, ROWS).mapToDouble(row -> Math.sqrt(squares[row])).toArray();
    }

    @Property(tries = 20, seed = "3")
    void shouldAddTheNormOfTheGradientWhenBoundByIt(@ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 0.3) double width) {
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights(4)), ROWS, seed);

        float[] onLogits = explore(impression, choice(Kind.GRADIENT_UCB, width, UncertaintyScale.LOGIT), 1);
        float[] onProbabilities = explore(impression, choice(Kind.GRADIENT_UCB, width, UncertaintyScale.PROBABILITY),
                1);

        double[] norms = norms(impression);
        for (int row = 0; row < ROWS; row++) {
            double plain = impression.plain[row];
            assertThat((double) onLogits[row]).isCloseTo(plain + width * norms[row], within(1e-5));
            double p = p(plain);
            double expected = width == 0 ? plain : logit(p + width * p * (1 - p) * norms[row]);
            assertThat((double) onProbabilities[row]).isCloseTo(expected, within(1e-5));
        }
    }

    /** The deviates behind the draws of many decisions: mean 0, variance 1, and not the same for two ads. */
    @Test
    void shouldDrawNormallyAroundThePlainScoreWhenSampling() {
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights(4)), ROWS, 8);
        PolicyChoice choice = choice(Kind.GRADIENT_TS, 0.05, UncertaintyScale.LOGIT);
        double[] norms = norms(impression);
        double sum = 0;
        double squares = 0;
        double products = 0;

        for (int key = 0; key < DECISIONS; key++) {
            float[] explored = explore(impression, choice, key);
            double first = (explored[0] - impression.plain[0]) / (0.05 * norms[0]);
            double second = (explored[1] - impression.plain[1]) / (0.05 * norms[1]);
            sum += first;
            squares += first * first;
            products += first * second;
        }

        double error = 4 / Math.sqrt(DECISIONS);
        assertThat(sum / DECISIONS).isCloseTo(0, within(error));
        assertThat(squares / DECISIONS).isCloseTo(1, within(Math.sqrt(2) * error));
        assertThat(products / DECISIONS).isCloseTo(0, within(error));
    }

    @Test
    void shouldRaiseWhatIsUnknownByAHalfNormalMeanWhenRefined() {
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights(4)), ROWS, 8);
        double[] norms = norms(impression);
        double[] variances = new double[ROWS];
        impression.model.adRowVariances(impression.rows(), ROWS, impression.scratch, variances);
        // every field's prior deviation is 1
        double prior = EngineImpression.SCHEMA.adFields();
        double[] means = new double[ROWS];
        PolicyChoice sampled = choice(Kind.UR_GRADIENT_TS, 0.05, UncertaintyScale.LOGIT);

        float[] bounds = explore(impression, choice(Kind.UR_GRADIENT_UCB, 0.05, UncertaintyScale.LOGIT), 1);
        for (int key = 0; key < DECISIONS; key++) {
            float[] explored = explore(impression, sampled, key);
            for (int row = 0; row < ROWS; row++) {
                means[row] += (explored[row] - impression.plain[row]) / (0.05 * norms[row]) / DECISIONS;
            }
        }

        for (int row = 0; row < ROWS; row++) {
            double unknown = variances[row] / prior;
            assertThat(unknown).isBetween(0.0, 1.0);
            double refinement = unknown * Math.sqrt(2 / Math.PI);
            assertThat(means[row]).isCloseTo(refinement, within(4.5 / Math.sqrt(DECISIONS)));
            assertThat((double) bounds[row]).isCloseTo(impression.plain[row] + 0.05 * norms[row] * (1 + refinement),
                    within(1e-5));
        }
    }

    @Test
    void shouldScoreByTheProcessWhenThereIsOne() {
        Weights weights = weights(4);
        EngineImpression learned = new EngineImpression(EngineImpression.model(weights), ROWS, 5);
        float[] outputs = new float[ROWS * 16];
        float[] logits = new float[ROWS];
        learned.model.lastHidden(learned.rows(), ROWS, learned.scratch, logits, outputs);
        weights.setProcess(GaussianProcessFit.fit(16, outputs, logits, new float[]{1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0},
                1));
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights), ROWS, 6);
        float[] means = new float[ROWS];
        double[] variances = new double[ROWS];
        impression.model.processScores(impression.rows(), ROWS, impression.scratch, means, variances);

        float[] explored = explore(impression, choice(Kind.GP_UCB, 1.5, UncertaintyScale.LOGIT), 1);
        float[] drawn = explore(impression, choice(Kind.GP_TS, 1.5, UncertaintyScale.LOGIT), 1);

        for (int row = 0; row < ROWS; row++) {
            double deviation = 1.5 * Math.sqrt(variances[row]);
            assertThat(deviation).isPositive();
            assertThat((double) explored[row]).isCloseTo(means[row] + deviation, within(1e-5));
            assertThat((drawn[row] - means[row]) / deviation).isBetween(-4.0, 4.0);
        }
        assertThat(drawn).isNotEqualTo(means);
    }

    /** Three nets, asked one by one for the oracle. */
    private static final class Nets implements AutoCloseable {
        final EnsembleCtrModel ensemble;
        final CtrScratch scratch;
        final float[] plain = new float[ROWS];
        final float[][] alone = new float[3][];

        Nets() {
            List<CtrModel> members = List.of(EngineImpression.model(weights(4)), EngineImpression.model(weights(5)),
                    EngineImpression.model(weights(6)));
            EngineImpression impression = new EngineImpression(EngineImpression.model(weights(4)), ROWS, 8);
            ensemble = new EnsembleCtrModel(members);
            scratch = ensemble.newScratch(ROWS);
            int requestFields = EngineImpression.SCHEMA.requestFields();
            var ads = new AdTable(EngineImpression.SCHEMA, IntStream.range(0, ROWS)
                    .mapToObj(row -> Arrays.copyOfRange(impression.features(row), requestFields,
                            EngineImpression.SCHEMA.size()))
                    .toList());
            var batch = new FeatureBatch(EngineImpression.SCHEMA, ROWS);
            System.arraycopy(impression.features(0), 0, batch.request, 0, requestFields);
            for (int row = 0; row < ROWS; row++) {
                batch.add(row);
            }
            ensemble.begin(ensemble.prepare(ads), batch, scratch);
            ensemble.score(scratch, plain);
            for (int member = 0; member < 3; member++) {
                CtrModel model = members.get(member);
                try (CtrScratch own = model.newScratch(ROWS)) {
                    alone[member] = new float[ROWS];
                    model.begin(model.prepare(ads), batch, own);
                    model.score(own, alone[member]);
                }
            }
        }

        float[] explore(PolicyChoice choice, long key) {
            float[] explored = new float[ROWS];
            choice.newPolicy(ensemble, ROWS).explore(ensemble, ROWS, plain, new long[ROWS], key, scratch, explored);
            return explored;
        }

        @Override
        public void close() {
            scratch.close();
            ensemble.close();
        }
    }

    @Test
    void shouldRankByOneMemberADecisionWhenAnEnsembleIsSampled() {
        PolicyChoice choice = choice(Kind.ENSEMBLE_TS, 1, UncertaintyScale.PROBABILITY);
        int[] counts = new int[3];

        try (Nets nets = new Nets()) {
            for (int key = 0; key < 3_000; key++) {
                float[] explored = nets.explore(choice, key);
                int member = IntStream.range(0, 3).filter(each -> Arrays.equals(nets.alone[each], explored))
                        .findFirst().orElseThrow();
                counts[member]++;
            }
        }

        for (int count : counts) {
            assertThat(count).isCloseTo(1_000, within(4 * 26));
        }
    }

    @Test
    void shouldAddTheMembersDeviationWhenAnEnsembleBounds() {
        try (Nets nets = new Nets()) {
            float[] onProbabilities = nets.explore(choice(Kind.ENSEMBLE_UCB, 2, UncertaintyScale.PROBABILITY), 1);
            float[] onLogits = nets.explore(choice(Kind.ENSEMBLE_UCB, 2, UncertaintyScale.LOGIT), 1);

            for (int row = 0; row < ROWS; row++) {
                double a = nets.alone[0][row];
                double b = nets.alone[1][row];
                double c = nets.alone[2][row];
                assertThat((double) onLogits[row]).isCloseTo(bound(a, b, c), within(1e-5));
                assertThat((double) onProbabilities[row]).isCloseTo(logit(bound(p(a), p(b), p(c))), within(1e-5));
            }
        }
    }

    /** Mean plus two sample deviations of three numbers. */
    private static double bound(double a, double b, double c) {
        double mean = (a + b + c) / 3;
        return mean + 2 * Math.sqrt((Math.pow(a - mean, 2) + Math.pow(b - mean, 2) + Math.pow(c - mean, 2)) / 2);
    }

    @Test
    void shouldExploreTheWorthiestOnlyWhenThereIsABound() {
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights(4)), ROWS, 8);
        var policy = new SpreadPolicy(new GradientSpread(ROWS), Rule.UCB, false, 1, UncertaintyScale.LOGIT, ROWS, 3);
        float[] explored = new float[ROWS];
        long[] prices = {5, 9, 1, 9, 3, 2, 8, 0, 0, 0, 0, 0};

        int count = policy.explore(impression.model, ROWS, impression.plain, prices, 1, impression.scratch, explored);

        assertThat(count).isEqualTo(3);
        assertThat(IntStream.range(0, ROWS).filter(row -> explored[row] != impression.plain[row]))
                .containsExactly(1, 3, 6);
    }

    @Test
    void shouldRefuseSettingsOutOfRangeAndModelsThatCannot() {
        assertThatThrownBy(() -> choice(Kind.GRADIENT_TS, -1, UncertaintyScale.LOGIT)
                .newPolicy(EngineImpression.standard(), ROWS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("width is -1");
        assertThatThrownBy(() -> PolicyChoice.of(Kind.ENSEMBLE_TS).newPolicy(EngineImpression.standard(), ROWS))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("MEMBERS");
        assertThatThrownBy(() -> new EnsemblePolicy(Rule.TS, 1, UncertaintyScale.LOGIT, 1, ROWS, ROWS))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("members is 1");
    }
}
