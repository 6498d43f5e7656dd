package io.sextant.perf.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlantedWorldTest {
    private static final int DRAWS = 20_000;

    @Test
    void shouldDrawAdsByZipfsLawWhenTrafficFlows() {
        PlantedWorld world = SmallWorkload.world();
        PlantedWorld.Traffic traffic = world.traffic(PlantedWorld.generator(1));

        double first = IntStream.range(0, DRAWS).filter(_ -> traffic.ad() == 0).count() / (double) DRAWS;

        // Rank k of n has weight k^-0.8.
        double weights = DoubleStream.iterate(1, rank -> rank + 1).limit(world.ads().size())
                .map(rank -> Math.pow(rank, -0.8)).sum();
        assertThat(first).isCloseTo(1 / weights, within(0.01));
    }

    @Test
    void shouldKeepEveryFeatureInItsFieldsBlockWhenRequestsAreDrawn() {
        PlantedWorld world = SmallWorkload.world();
        PlantedWorld.Traffic traffic = world.traffic(PlantedWorld.generator(1));

        for (int draw = 0; draw < 1_000; draw++) {
            int[] request = traffic.request();
            for (int field = 0; field < request.length; field++) {
                assertThat(request[field]).isGreaterThan(world.schema().missingIndex(field));
                assertThat(world.schema().fieldOf(request[field])).isEqualTo(field);
            }
        }
    }

    @Test
    void shouldClickAsOftenAsItsLogitSaysWhenOneAdIsShownManyTimes() {
        PlantedWorld world = SmallWorkload.world();
        PlantedWorld.Traffic traffic = world.traffic(PlantedWorld.generator(1));
        int[] request = traffic.request();
        int[] ad = world.ads().get(3);

        double rate = IntStream.range(0, DRAWS).filter(_ -> traffic.clicked(request, ad)).count() / (double) DRAWS;

        double probability = 1 / (1 + Math.exp(-world.logit(request, ad)));
        assertThat(rate).isCloseTo(probability, within(4 * Math.sqrt(probability / DRAWS)));
    }

    @Test
    void shouldGiveDifferentAdsAndTheSameAgainWhenRequestsAreDrawnTwice() {
        PlantedWorld world = SmallWorkload.world();

        Requests requests = new Requests(world, 5, 40, 9);
        Requests again = new Requests(SmallWorkload.world(), 5, 40, 9);

        for (int request = 0; request < requests.count(); request++) {
            assertThat(Arrays.stream(requests.candidates(request)).distinct()).hasSize(40);
            assertThat(again.candidates(request)).isEqualTo(requests.candidates(request));
            assertThat(again.features(request)).isEqualTo(requests.features(request));
            assertThat(again.decisionKey(request)).isEqualTo(requests.decisionKey(request));
        }
        assertThat(requests.decisionKey(0)).isNotEqualTo(requests.decisionKey(1));
    }

    @Test
    void shouldRefuseWhenMoreCandidatesAreAskedForThanThereAreAds() {
        PlantedWorld world = SmallWorkload.world();

        assertThatThrownBy(() -> new Requests(world, 1, 51, 9)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("51 candidates").hasMessageContaining("50 ads");
    }
}
