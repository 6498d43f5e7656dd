package io.sextant.perf.agelab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.perf.agelab.log.RoundSource;
import io.sextant.perf.agelab.world.NewsWorld;
import io.sextant.perf.agelab.world.NewsWorldConfig;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final int CANDIDATES = 6;
    private static final int ROUNDS = 300;
    private static final int RUNS = 400;
    /** Nothing changes with time, so that events are independent and alike, as the theorem asks. */
    private static final NewsWorldConfig STILL = new NewsWorldConfig(500, 8, 3, CANDIDATES, CANDIDATES, 15, 2, 3, 0.15,
            0.8, 2, 0.8, 0, 24, 0);

    /** Learns a rate for every article, and shows the best but for a tenth: what it shows depends on all it has seen. */
    private static final class Counting implements Contestant {
        private final UniformRandomProvider random;
        private final double[] clicks = new double[CANDIDATES];
        private final double[] shown = new double[CANDIDATES];

        Counting(long seed) {
            this.random = RandomSource.SPLIT_MIX_64.create(seed);
            Arrays.fill(clicks, 0.3);
            Arrays.fill(shown, 1);
        }

        @Override
        public int choose(Round round) {
            if (random.nextDouble() < 0.1) {
                return random.nextInt(round.size);
            }
            int best = 0;
            for (int row = 1; row < round.size; row++) {
                if (rate(round, row) > rate(round, best)) {
                    best = row;
                }
            }
            return best;
        }

        private double rate(Round round, int row) {
            return clicks[round.candidates[row]] / shown[round.candidates[row]];
        }

        @Override
        public void observe(Round round, int row, boolean clicked) {
            clicks[round.candidates[row]] += clicked ? 1 : 0;
            shown[round.candidates[row]]++;
        }
    }

    private static RoundSource log(NewsWorld world, long from) {
        return new RoundSource() {
            private long next = from;

            @Override
            public boolean next(Round round) {
                world.draw(next++, round);
                return true;
            }
        };
    }

    @Test
    void shouldGiveTheSameDistributionByReplayAsOnPolicy() throws IOException {
        long room = 50L * ROUNDS;
        NewsWorld world = new NewsWorld(STILL, 3, 2 * RUNS * room);
        double[] onPolicy = new double[RUNS];
        double[] replayed = new double[RUNS];
        double[] byChance = new double[RUNS];
        long events = 0;
        for (int run = 0; run < RUNS; run++) {
            onPolicy[run] = Evaluation.onPolicy(world, new Counting(run), run * room, 1, ROUNDS,
                    Evaluation.Listener.NONE, _ -> {}).clicks();
            Tally tally = Evaluation.replay(log(world, (RUNS + run) * room), new Counting(-1 - run), world.newRound(),
                    ROUNDS, Evaluation.Listener.NONE, _ -> {});
            replayed[run] = tally.clicks();
            events += tally.events();
            assertThat(tally.rounds()).isEqualTo(ROUNDS);
            Round round = world.newRound();
            for (int i = 0; i < ROUNDS; i++) {
                world.draw(run * room + i, round);
                byChance[run] += round.clicked ? 1 : 0;
            }
        }

        var test = new KolmogorovSmirnovTest();
        assertThat(test.kolmogorovSmirnovTest(onPolicy, replayed)).isGreaterThan(0.01);
        // The test would see a difference: the policy does better than chance.
        assertThat(test.kolmogorovSmirnovTest(onPolicy, byChance)).isLessThan(1e-6);
        // One event in as many as there are candidates is kept.
        assertThat((double) events / RUNS / ROUNDS).isBetween(CANDIDATES * 0.98, CANDIDATES * 1.02);
    }

    @Test
    void shouldKeepEverySecondEventOfHalfALog() throws IOException {
        NewsWorld world = new NewsWorld(STILL, 3, 1000);
        Round round = world.newRound();
        RoundSource half = LogReplay.thinned(log(world, 0), 0.5);

        half.next(round);
        assertThat(round.number).isEqualTo(1);
        half.next(round);
        assertThat(round.number).isEqualTo(3);
    }
}
