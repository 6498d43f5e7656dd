package io.sextant.perf.agelab.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewsWorldTest {
    private static final NewsWorldConfig SHAPE = new NewsWorldConfig(2000, 136, 16, 652, 38, 15, 6, 12, 0.037, 0.45,
            1.5,
            0.8, 0.4, 24, 0.3);
    private static final long EVENTS = 100_000;

    @Test
    void shouldHaveTheLogsShape() {
        NewsWorld world = new NewsWorld(SHAPE, 7, EVENTS);
        Round round = world.newRound();
        Set<Integer> articles = new HashSet<>();
        long[] shown = new long[38];
        double probability = 0;
        long clicks = 0;
        long features = 0;
        int looked = 0;
        for (long event = 0; event < EVENTS; event += 5, looked++) {
            world.draw(event, round);
            assertThat(round.size).isEqualTo(38);
            Arrays.stream(round.candidates).forEach(articles::add);
            assertThat(Arrays.stream(round.candidates).distinct().count()).isEqualTo(38);
            assertThat(round.request[0]).isZero();
            shown[round.shown]++;
            probability += world.probability(round, round.shown);
            clicks += round.clicked ? 1 : 0;
            features += Arrays.stream(round.request).filter(value -> value == 0).count();
        }

        assertThat(articles).hasSize(652);
        // Five standard deviations of a count of 20,000 / 38.
        assertThat(Arrays.stream(shown).boxed().toList())
                .allSatisfy(count -> assertThat(count).isBetween(526L - 5 * 23, 526L + 5 * 23));
        assertThat(probability / looked).isBetween(0.033, 0.041);
        // Five standard deviations of clicks.
        assertThat((double) clicks).isBetween(probability - 5 * 27, probability + 5 * 27);
        assertThat((double) features / looked).isBetween(20.0, 28.0);
    }

    @Test
    void shouldGiveTheSameEventWhoeverAsksAndWhenever() {
        NewsWorld world = new NewsWorld(SHAPE, 7, EVENTS);
        Round first = world.newRound();
        Round again = new NewsWorld(SHAPE, 7, EVENTS).newRound();
        world.draw(4711, first);
        new NewsWorld(SHAPE, 7, EVENTS).draw(12, again);
        new NewsWorld(SHAPE, 7, EVENTS).draw(4711, again);

        assertThat(again.request).isEqualTo(first.request);
        assertThat(again.candidates).isEqualTo(first.candidates);
        assertThat(again.shown).isEqualTo(first.shown).isEqualTo(
                Arrays.stream(first.candidates).boxed().toList().indexOf(world.shown(4711)));
        for (int row = 0; row < first.size; row++) {
            assertThat(world.clicks(again, row)).isEqualTo(world.clicks(first, row));
        }
    }
}
