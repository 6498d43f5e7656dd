package io.sextant.uncertainty.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.AgeConfigs;
import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.Weights;
import io.sextant.uncertainty.EngineImpression;
import io.sextant.uncertainty.age.AgeConfig.Direction;
import io.sextant.uncertainty.age.AgeConfig.Mode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exploration on the engine that serves, through its factorisation machine and hidden layers. */
class AgeOnEngineTest {
    private static final int ALL = AgeConfig.ALL_CANDIDATES;
    private static final double OF_ARTEFACT = AgeConfig.LAMBDA_OF_ARTEFACT;
    private static final double PAPER = 0.002;
    private static final int ROWS = 40;

    private static final ArrayCtrModel MODEL = EngineImpression.model(EngineImpression.weights(8, List.of(40, 24), 1,
            3));
    private static final int AD_INPUTS = MODEL.description().adInputs();

    /** ∂/∂v of the pairs Σ⟨v, w⟩ is the sum of all other embeddings. */
    @Test
    void shouldPointToTheSumOfTheOthersWhereThereIsOnlyAFactorisationMachine() {
        Weights weights = EngineImpression.weights(8, List.of(16), 0, 4);
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights), 5, 6);
        float[] g = new float[5 * AD_INPUTS];

        direction(impression, 1, g);

        for (int row = 0; row < 5; row++) {
            double[] expected = new double[AD_INPUTS];
            int[] features = impression.features(row);
            int requestFields = features.length - AD_INPUTS / 8;
            for (int i = 0; i < AD_INPUTS; i++) {
                for (int field = 0; field < features.length; field++) {
                    if (field != requestFields + i / 8) {
                        expected[i] += weights.embedding[features[field] * 8 + i % 8];
                    }
                }
            }
            double norm = norm(expected);
            for (int i = 0; i < AD_INPUTS; i++) {
                assertThat((double) g[row * AD_INPUTS + i]).isCloseTo(expected[i] / norm, within(1e-5));
            }
        }
    }

    /** Where a kink of a ReLU lies within the difference's step, its two halves tell two slopes: not compared. */
    @Property(tries = 20, seed = "1")
    void shouldPointAlongTheFiniteDifferencesOfTheProbability(@ForAll long seed) {
        EngineImpression impression = new EngineImpression(MODEL, 3, seed);
        float[] g = new float[3 * AD_INPUTS];

        direction(impression, 1, g);

        double[][] rises = new double[3][AD_INPUTS];
        double[][] bends = new double[3][AD_INPUTS];
        float h = 4e-3f;
        double[] middle = moved(impression, 0, 0);
        for (int i = 0; i < AD_INPUTS; i++) {
            double[] up = moved(impression, i, h);
            double[] down = moved(impression, i, -h);
            for (int row = 0; row < 3; row++) {
                rises[row][i] = up[row] - down[row];
                bends[row][i] = up[row] + down[row] - 2 * middle[row];
            }
        }
        for (int row = 0; row < 3; row++) {
            double typical = norm(rises[row]) / Math.sqrt(AD_INPUTS);
            double[] expected = new double[AD_INPUTS];
            double[] pointed = new double[AD_INPUTS];
            int compared = 0;
            for (int i = 0; i < AD_INPUTS; i++) {
                if (Math.abs(bends[row][i]) < 0.02 * typical) {
                    expected[i] = rises[row][i];
                    pointed[i] = g[row * AD_INPUTS + i];
                    compared++;
                }
            }
            double cosine = IntStream.range(0, AD_INPUTS).mapToDouble(i -> expected[i] * pointed[i]).sum()
                    / (norm(expected) * norm(pointed));
            assertThat(compared).isGreaterThanOrEqualTo(AD_INPUTS / 8);
            assertThat(cosine).isGreaterThan(0.9995);
        }
    }

    private static double norm(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    }

    private static double[] moved(EngineImpression impression, int input, float h) {
        float[] displacement = new float[3 * AD_INPUTS];
        for (int row = 0; row < 3; row++) {
            displacement[row * AD_INPUTS + input] = h;
        }
        float[] logits = new float[3];
        MODEL.scoreDisplaced(impression.rows(), 3, displacement, impression.scratch, logits);
        return IntStream.range(0, 3).mapToDouble(row -> Logistic.of(logits[row])).toArray();
    }

    /** A step of at most 0.01 along the gradient; an ulp is for the rounding where δ is next to nothing. */
    @Property(tries = 60, seed = "1")
    void shouldNeverLowerTheScoreWhenTheStepIsSmallAndUp(@ForAll long seed, @ForAll boolean several,
            @ForAll boolean linearised) {
        Direction direction = several ? Direction.PGD : Direction.FGM;
        EngineImpression impression = new EngineImpression(MODEL, ROWS, seed);
        // δ is a difference of probabilities, which is below 1/2 here.
        AgeConfig config = AgeConfigs.age(Mode.UCB, direction, 2, 20, linearised, 0.02, false, ALL);
        float[] adjusted = new float[ROWS];

        int explored = adjust(impression, config, 7, adjusted);

        assertThat(explored).isEqualTo(ROWS);
        for (int row = 0; row < ROWS; row++) {
            assertThat(adjusted[row])
                    .isGreaterThanOrEqualTo(impression.plain[row] - 2 * Math.ulp(Math.max(4, impression.plain[row])));
        }
        assertThat(sum(adjusted)).isGreaterThan(sum(impression.plain));
    }

    /** Eq. 14 put together by hand from δ of eq. 8 or 9 and g of eq. 10 or 11. */
    @ParameterizedTest
    @EnumSource
    void shouldMoveTheAdByLambdaTimesDeltaAlongG(Mode mode) {
        EngineImpression impression = new EngineImpression(MODEL, ROWS, 5);
        int[] rows = impression.rows();
        double[] deltas = new double[ROWS];
        float[] displacement = new float[ROWS * AD_INPUTS];
        PseudoExploration parts = new PseudoExploration(ROWS, AD_INPUTS, 20);
        if (mode == Mode.TS) {
            parts.thompson(MODEL, rows, ROWS, impression.plain, 11, impression.scratch, deltas);
        } else {
            parts.upperConfidenceBound(MODEL, rows, ROWS, impression.plain, 11, impression.scratch, deltas);
        }
        parts.direction(MODEL, rows, ROWS, impression.plain, 3, impression.scratch, displacement);
        for (int i = 0; i < displacement.length; i++) {
            displacement[i] = (float) (EngineImpression.AGE_LAMBDA * deltas[i / AD_INPUTS] * displacement[i]);
        }
        float[] expected = new float[ROWS];
        MODEL.scoreDisplaced(rows, ROWS, displacement, impression.scratch, expected);

        float[] adjusted = new float[ROWS];
        adjust(impression, AgeConfigs.age(mode, Direction.PGD, 3, 20, false, OF_ARTEFACT, false, ALL), 11, adjusted);

        assertThat(adjusted).isEqualTo(expected);
        for (int row = 0; row < ROWS; row++) {
            if (Math.abs(deltas[row]) > 1e-3) {
                assertThat(Math.signum(adjusted[row] - impression.plain[row])).isEqualTo(
                        (float) Math.signum(deltas[row]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeTheArtefactsLambdaOrTheOneThatIsSet(Mode mode) {
        EngineImpression impression = new EngineImpression(MODEL, ROWS, 5);
        float[] ofArtefact = new float[ROWS];
        float[] set = new float[ROWS];
        float[] paper = new float[ROWS];
        float[] none = new float[ROWS];

        adjust(impression, AgeConfigs.age(mode, Direction.FGM, 1, 20, false, OF_ARTEFACT, false, ALL), 2, ofArtefact);
        adjust(impression,
                AgeConfigs.age(mode, Direction.FGM, 1, 20, false, EngineImpression.AGE_LAMBDA, false, ALL), 2, set);
        adjust(impression, AgeConfigs.age(mode, Direction.FGM, 1, 20, false, PAPER, false, ALL), 2, paper);
        adjust(impression, AgeConfigs.age(mode, Direction.FGM, 1, 20, false, 0, false, ALL), 2, none);

        assertThat(ofArtefact).isEqualTo(set);
        assertThat(none).isEqualTo(impression.plain);
        // Steps this small move the logit in proportion: 0.002 / 0.7 of it, to rounding and the logit's curvature.
        double far = 0;
        double near = 0;
        for (int row = 0; row < ROWS; row++) {
            far += Math.abs(ofArtefact[row] - impression.plain[row]);
            near += Math.abs(paper[row] - impression.plain[row]);
        }
        assertThat(near / far).isCloseTo(PAPER / EngineImpression.AGE_LAMBDA, within(0.001));
        assertThat(far / ROWS).isGreaterThan(0.005);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 39, 40})
    void shouldExploreOnlyTheHighestPricesAndThoseAsIfAllWere(int best) {
        EngineImpression impression = new EngineImpression(MODEL, ROWS, 8);
        float[] all = new float[ROWS];
        float[] some = new float[ROWS];

        adjust(impression, AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, OF_ARTEFACT, false, ALL), 3, all);
        int explored = adjust(impression, AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, OF_ARTEFACT, false,
                best), 3, some);

        List<Integer> ranked = IntStream.range(0, ROWS).boxed()
                .sorted(Comparator.comparingDouble(row -> -impression.plain[row])).toList();
        assertThat(explored).isEqualTo(best);
        for (int rank = 0; rank < ROWS; rank++) {
            int row = ranked.get(rank);
            assertThat(some[row]).isEqualTo(rank < best ? all[row] : impression.plain[row]);
        }
        assertThat(some).isNotEqualTo(impression.plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, ALL})
    void shouldExploreOnlyWhereTheScoreReachesTheGate(int best) {
        int explored = 0;
        int requests = 15;
        for (int seed = 0; seed < requests; seed++) {
            EngineImpression impression = new EngineImpression(MODEL, ROWS, seed);
            float[] gates = new float[ROWS];
            MODEL.gate(impression.rows(), ROWS, impression.scratch, gates);
            float[] open = new float[ROWS];
            float[] gated = new float[ROWS];

            adjust(impression, AgeConfigs.age(Mode.UCB, Direction.PGD, 2, 5, false, OF_ARTEFACT, false, best), 3, open);
            explored += adjust(impression,
                    AgeConfigs.age(Mode.UCB, Direction.PGD, 2, 5, false, OF_ARTEFACT, true, best), 3, gated);

            for (int row = 0; row < ROWS; row++) {
                assertThat(gated[row])
                        .isEqualTo(impression.plain[row] >= gates[row] ? open[row] : impression.plain[row]);
            }
        }
        assertThat(explored).isBetween(requests, requests * Math.min(best, ROWS) - requests / 2);
    }

    private static void direction(EngineImpression impression, int steps, float[] g) {
        int rows = impression.plain.length;
        new PseudoExploration(rows, AD_INPUTS, 1).direction(impression.model, impression.rows(), rows,
                impression.plain, steps, impression.scratch, g);
    }

    private static int adjust(EngineImpression impression, AgeConfig config, long key, float[] adjusted) {
        // As when all ads pay the same for a click.
        long[] prices = new long[impression.plain.length];
        for (int row = 0; row < prices.length; row++) {
            prices[row] = Math.round(1e9 * Logistic.of(impression.plain[row]));
        }
        return new AgeAdjuster(config, impression.model.description(), ROWS).explore(impression.model,
                impression.plain.length, impression.plain, prices, key, impression.scratch, adjusted);
    }

    private static double sum(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
    }
}
