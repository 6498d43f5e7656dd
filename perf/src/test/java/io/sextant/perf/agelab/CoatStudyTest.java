package io.sextant.perf.agelab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.perf.agelab.log.CoatRatings;
import io.sextant.perf.agelab.log.CoatRatings.Rating;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoatStudyTest {
    private static final int USERS = 60;
    private static final int ITEMS = 20;

    @Test
    void shouldPickWhatEverybodyLikes() throws Exception {
        List<int[]> users = new ArrayList<>();
        List<int[]> items = new ArrayList<>();
        List<Rating> chosen = new ArrayList<>();
        List<List<Rating>> drawn = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            users.add(new int[]{user, 0});
            List<Rating> own = new ArrayList<>();
            for (int item = 0; item < ITEMS; item++) {
                // The even ones are liked by all.
                Rating rating = new Rating(user, item, item % 2 == 0);
                (item / 2 % 2 == user % 2 ? own : chosen).add(rating);
            }
            drawn.add(own);
        }
        for (int item = 0; item < ITEMS; item++) {
            items.add(new int[0]);
        }
        CoatRatings ratings = new CoatRatings(users, items, chosen, drawn, List.of(USERS, 1));
        AgeLabConfig config = AgeLab.load(null, Map.of("tables", "[1]", "tuning.row", "small", "rows",
                "[{name: small, label: '', tables: [1], lambda: 0.001, logit-target: 0.1, strengths: {}, net:"
                        + " {embedding-size: 4, hidden: [8, 8], gate-hidden: 4, drop-rate: 0.1, net-learning-rate: 0.01,"
                        + " embedding-learning-rate: 0.1, initial-accumulator: 0.1, batch: 32, passes: 8,"
                        + " publish-every: 4}}]"));

        List<CoatStudy.Line> lines = new CoatStudy(config, ratings, 1).run(config.rows().getFirst(), _ -> {});

        CoatStudy.Line greedy = line(lines, LabPolicy.DNN_GREEDY);
        CoatStudy.Line random = line(lines, LabPolicy.RANDOM);
        // Five of the ten that were drawn are liked.
        assertThat(greedy.liked()).isGreaterThan(3.9);
        assertThat(random.liked()).isBetween(1.6, 2.4);
        assertThat(random.high()).isLessThan(-0.4);
        assertThat(greedy.difference()).isNaN();
        assertThat(lines).hasSize(13);
    }

    private static CoatStudy.Line line(List<CoatStudy.Line> lines, LabPolicy policy) {
        return lines.stream().filter(line -> line.policy().equals(policy.word())).findFirst().orElseThrow();
    }
}
