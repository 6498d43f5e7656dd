package io.sextant.uncertainty.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.AgeConfigs;
import io.sextant.model.ctr.Logistic;
import io.sextant.uncertainty.Allocation;
import io.sextant.uncertainty.HandNet;
import io.sextant.uncertainty.age.AgeConfig.Direction;
import io.sextant.uncertainty.age.AgeConfig.Mode;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AgeAdjusterTest {
    private static final int ALL = AgeConfig.ALL_CANDIDATES;
    private static final double OF_ARTEFACT = AgeConfig.LAMBDA_OF_ARTEFACT;
    /** σ(1) - σ(0.5): δ of the linear net's first ad under mask 0. */
    private static final double DELTA = 0.7310585786300049 - 0.6224593312018546;
    private static final boolean[][] ONE_MASK = {{true, false}};

    /** λδg moves (p, q) by λδ(√½, √½); the logit rises by λδ · 2√2. */
    @Test
    void shouldMoveByLambdaTimesDeltaAlongTheGradient() {
        HandNet net = HandNet.linear(-10, 3, ONE_MASK);

        float ofArtefact = adjust(net, AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, OF_ARTEFACT, true, ALL));
        float fixed = adjust(net, AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, 0.002, true, ALL));
        float bound = adjust(net, AgeConfigs.age(Mode.UCB, Direction.PGD, 3, 20, false, OF_ARTEFACT, true, ALL));

        assertThat((double) ofArtefact).isCloseTo(0.5 + 3 * DELTA * 2 * Math.sqrt(2), within(1e-6));
        assertThat((double) fixed).isCloseTo(0.5 + 0.002 * DELTA * 2 * Math.sqrt(2), within(1e-6));
        assertThat((double) bound).isCloseTo(0.5 + 3 * Math.sqrt(20.0 / 19) * DELTA * 2 * Math.sqrt(2), within(1e-6));
    }

    /** The gate's logit of the first ad is its intercept plus 0.75; f(x) is 0.5. */
    @Test
    void shouldExploreOnlyWhereTheScoreReachesTheGate() {
        var on = AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, 1, true, ALL);
        var off = AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, 1, false, ALL);

        assertThat(adjust(HandNet.linear(-0.25, 1, ONE_MASK), on)).isGreaterThan(0.5f);
        assertThat(adjust(HandNet.linear(-0.24, 1, ONE_MASK), on)).isEqualTo(0.5f);
        assertThat(adjust(HandNet.linear(-0.24, 1, ONE_MASK), off)).isGreaterThan(0.5f);
    }

    @Test
    void shouldLowerTheScoreWhenTheThompsonDrawIsNegative() {
        HandNet net = HandNet.linear(-10, 1, new boolean[][]{{false, true}});

        float adjusted = adjust(net, AgeConfigs.age(Mode.TS, Direction.FGM, 1, 20, false, 1, true, ALL));

        // σ(0) - σ(0.5) = -0.1224593312
        assertThat((double) adjusted).isCloseTo(0.5 - 0.1224593312018546 * 2 * Math.sqrt(2), within(1e-6));
    }

    @Test
    void shouldKeepTheScoreWhereItIsFlat() {
        float adjusted = adjust(HandNet.flat(), AgeConfigs.age(Mode.UCB, Direction.PGD, 3, 20, false, 1, true, ALL));

        assertThat(adjusted).isEqualTo(-2f);
    }

    /** The logit has curvature at most L, so a step of at most |∇| / L up its gradient cannot lower it. */
    @Property(tries = 300, seed = "1")
    void shouldNeverLowerTheScoreWhenTheStepIsSmallAndUp(@ForAll long seed, @ForAll long key) {
        HandNet net = HandNet.random(seed, -100, 1);
        int rows = 4;
        var batch = net.randomImpression(seed + 1, rows);
        float[] plain = scores(net, batch);
        float[] gradients = new float[rows * 9];
        net.adGradients(batch.rows(), rows, batch, gradients);
        double steepness = IntStream.range(0, rows)
                .mapToDouble(row -> norm(Arrays.copyOfRange(gradients, row * 9, row * 9 + 9))).min().orElseThrow();
        var config = AgeConfigs.age(Mode.UCB, Direction.FGM, 1, 20, false, steepness / net.curvatureMax(), true, ALL);
        float[] adjusted = new float[rows];

        int explored = new AgeAdjuster(config, net.description(), rows).explore(net, rows, plain, new long[rows], key,
                batch, adjusted);

        assertThat(explored).isEqualTo(rows);
        for (int row = 0; row < rows; row++) {
            assertThat(adjusted[row]).isGreaterThanOrEqualTo(plain[row] - Math.ulp(plain[row]));
        }
    }

    @Property(tries = 100, seed = "1")
    void shouldGiveTheSameWithFgmAsWithOneStepOfPgd(@ForAll long seed, @ForAll Mode mode) {
        HandNet net = HandNet.random(seed, -1, 1);
        var batch = net.randomImpression(seed + 1, 5);

        float[] fgm = adjustAll(net, batch, AgeConfigs.age(mode, Direction.FGM, 7, 20, false, 1, true, ALL), seed);
        float[] pgd = adjustAll(net, batch, AgeConfigs.age(mode, Direction.PGD, 1, 20, false, 1, true, ALL), seed);

        assertThat(fgm).isEqualTo(pgd);
    }

    /** Each row alone, computed step by step, is the oracle for the batch; prices have nothing to do with scores here. */
    @Property(tries = 100, seed = "1")
    void shouldExploreExactlyTheOpenRowsAmongTheHighestPrices(@ForAll long seed,
            @ForAll @IntRange(min = 1, max = 12) int best) {
        HandNet net = HandNet.random(seed, -1.2, 1);
        int rows = 10;
        var batch = net.randomImpression(seed + 1, rows);
        float[] plain = scores(net, batch);
        float[] thresholds = new float[rows];
        net.gate(batch.rows(), rows, batch, thresholds);

        long[] prices = new Random(seed).longs(rows, 0, 6).toArray();
        float[] adjusted = new float[rows];
        new AgeAdjuster(AgeConfigs.age(Mode.TS, Direction.PGD, 2, 20, false, 0.7, true, best), net.description(), rows)
                .explore(net, rows, plain, prices, 5, batch, adjusted);

        int[] ranked = IntStream.range(0, rows).boxed()
                .sorted(Comparator.<Integer>comparingLong(row -> -prices[row]).thenComparing(row -> row))
                .mapToInt(Integer::intValue).toArray();
        for (int rank = 0; rank < rows; rank++) {
            int row = ranked[rank];
            float expected = plain[row];
            if (rank < best && plain[row] >= thresholds[row]) {
                expected = alone(net, batch, row, plain[row]);
            }
            assertThat(adjusted[row]).isEqualTo(expected);
        }
    }

    @Test
    void shouldAdjustInPlaceAndRepeatItselfByKey() {
        HandNet net = HandNet.random(3, -100, 1);
        var batch = net.randomImpression(4, 6);
        var config = AgeConfigs.age(Mode.TS, Direction.PGD, 3, 20, false, 1, true, ALL);
        float[] inPlace = scores(net, batch);

        new AgeAdjuster(config, net.description(), 6).explore(net, 6, inPlace, new long[6], 9, batch,
                inPlace);

        assertThat(inPlace).isEqualTo(adjustAll(net, batch, config, 9));
        assertThat(inPlace).isNotEqualTo(adjustAll(net, batch, config, 10));
    }

    @Test
    void shouldRefuseMoreCandidatesThanItHasRoomFor() {
        HandNet net = HandNet.random(3, 0, 1);
        var adjuster = new AgeAdjuster(AgeConfig.of(Mode.TS), net.description(), 2);

        assertThatThrownBy(() -> adjuster.explore(net, 3, new float[3], new long[3], 1,
                net.randomImpression(1, 3), new float[3]))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("3 candidates, the policy has room for 2");
    }

    @Test
    void shouldRefuseSettingsOutOfRange() {
        assertThatThrownBy(() -> AgeConfigs.age(Mode.TS, Direction.PGD, 0, 20, false, 1, true, ALL))
                .hasMessage("age steps is 0, must be 1 to 100");
        assertThatThrownBy(() -> AgeConfigs.age(Mode.TS, Direction.PGD, 1, 1, false, 1, true, ALL))
                .hasMessage("age passes is 1, must be 2 to 1000");
        assertThatThrownBy(() -> AgeConfigs.age(Mode.TS, Direction.PGD, 1, 20, false, -1, true, ALL))
                .hasMessage("age lambda is -1.0, must be a number of at least 0");
        assertThatThrownBy(() -> AgeConfigs.age(Mode.TS, Direction.PGD, 1, 20, false, 1, true, 0))
                .hasMessage("age candidatesMax is 0, must be at least 1");
    }

    @Test
    void shouldTellWhichModelsFit() {
        HandNet small = HandNet.linear();
        HandNet large = HandNet.random(1, 0, 1);
        var adjuster = new AgeAdjuster(AgeConfigs.age(Mode.UCB, Direction.PGD, 2, 20, false, 1, true, 10),
                large.description(),
                50);

        assertThat(adjuster.fits(HandNet.random(2, 0, 1))).isTrue();
        assertThat(adjuster.fits(small)).isFalse();
    }

    @Test
    void shouldAllocateNothing() {
        HandNet net = HandNet.random(1, -1, 1);
        var batch = net.randomImpression(2, 12);
        float[] plain = scores(net, batch);
        float[] adjusted = new float[12];
        long[] prices = new Random(3).longs(12, 0, 1000).toArray();
        var bound = new AgeAdjuster(AgeConfigs.age(Mode.UCB, Direction.PGD, 2, 5, false, OF_ARTEFACT, true, 6),
                net.description(), 12);
        var thompson = new AgeAdjuster(AgeConfig.of(Mode.TS), net.description(), 12);

        assertThat(Allocation.bytesWhenWarm(() -> {
            bound.explore(net, 12, plain, prices, 1, batch, adjusted);
            thompson.explore(net, 12, plain, prices, 1, batch, adjusted);
        })).isZero();
    }

    /** Thompson, two steps of PGD, λ 0.7: one row on its own, its draw numbered as in the batch. */
    private static float alone(HandNet net, HandNet.Impression batch, int row, float plain) {
        int[] rows = {row};
        float[] dropped = new float[1];
        net.scoreDropped(rows, 1, new int[]{Draws.below(64, 5, Purpose.THOMPSON, row)}, 1, batch, dropped);
        double delta = sigmoid(dropped[0]) - sigmoid(plain);
        float[] g = new float[9];
        new PseudoExploration(1, 9, 1).direction(net, rows, 1, new float[]{plain}, 2, batch, g);
        double length = 0.7 * delta;
        for (int i = 0; i < g.length; i++) {
            g[i] = (float) (length * g[i]);
        }
        float[] moved = new float[1];
        net.scoreDisplaced(rows, 1, g, batch, moved);
        return moved[0];
    }

    private static float adjust(HandNet net, AgeConfig config) {
        return adjustAll(net, net.impression(new int[]{2}, new int[]{7, 12}), config, 1)[0];
    }

    private static float[] adjustAll(HandNet net, HandNet.Impression batch, AgeConfig config, long key) {
        float[] adjusted = new float[batch.size()];
        new AgeAdjuster(config, net.description(), batch.size()).explore(net, batch.size(), scores(net, batch),
                new long[batch.size()], key, batch, adjusted);
        return adjusted;
    }

    private static float[] scores(HandNet net, HandNet.Impression batch) {
        float[] logits = new float[batch.size()];
        net.score(batch, logits);
        return logits;
    }

    private static double sigmoid(double logit) {
        return Logistic.of(logit);
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }
}
