package io.sextant.abtesting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.protocol.event.ArmMinute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArmMetricsTest {
    private static final ArmMinute FIRST = ArmMinute.newBuilder().setArm("uncertainty").setMinuteMs(60_000)
            .setRequests(1_000).setImpressionsOffered(1_100).setBids(800).setWins(100).setImpressions(90).setClicks(3)
            .setSpendNanos(250_000_000).setUncertaintySum(8).setUncertaintyCount(1_000).setModifierSum(900)
            .setModifierCount(800).setModelVersion(1).setSnapshotVersion(4).build();
    private static final ArmMinute SECOND = FIRST.toBuilder().setMinuteMs(120_000).setRequests(500).setClicks(1)
            .setImpressions(110).setSpendNanos(150_000_000).setModelVersion(2).setSnapshotVersion(9).build();

    @Test
    void shouldAddUpMinutesAndKnowMeansOnlyOfWhatWasMeasured() {
        ArmMetrics metrics = new ArmMetrics(List.of("control", "uncertainty"));
        metrics.accept(FIRST);
        metrics.accept(SECOND);

        assertThat(metrics.totals()).containsExactly(
                new ArmTotals("control", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), new ArmTotals("uncertainty", 1_500,
                        2_200, 1_600, 200, 200, 4, 400_000_000, 16, 2_000, 1_800, 1_600, 2, 9));
        assertThat(metrics.totals()).extracting(ArmTotals::meanModifier).containsExactly(null, 1.125);
        assertThat(metrics.totals()).extracting(ArmTotals::meanUncertainty).containsExactly(null, 0.008);
    }

    @Test
    void shouldCountAMinuteOnceAndBelieveTheLastWord() {
        ArmMetrics metrics = new ArmMetrics(List.of());
        metrics.accept(FIRST.toBuilder().setClicks(1).build());
        metrics.accept(SECOND);
        metrics.accept(FIRST);
        metrics.accept(FIRST);
        metrics.accept(FIRST.toBuilder().setArm("random").build());

        assertThat(metrics.totals()).extracting(ArmTotals::arm).containsExactly("uncertainty", "random");
        assertThat(metrics.totals()).extracting(ArmTotals::clicks).containsExactly(4L, 3L);
        assertThat(metrics.totals()).extracting(ArmTotals::impressionsOffered).containsExactly(2_200L, 1_100L);
    }

    @Test
    void shouldGiveTheSameTotalsInWhateverOrderMinutesArrive() {
        List<ArmMinute> minutes = new ArrayList<>();
        var random = new Random(5);
        for (int i = 0; i < 200; i++) {
            minutes.add(FIRST.toBuilder().setMinuteMs(60_000L * i).setUncertaintySum(random.nextDouble()).build());
        }
        ArmMetrics ordered = new ArmMetrics(List.of());
        minutes.forEach(ordered::accept);
        Collections.shuffle(minutes, random);
        ArmMetrics shuffled = new ArmMetrics(List.of());
        minutes.forEach(shuffled::accept);

        assertThat(shuffled.totals()).isEqualTo(ordered.totals());
    }
}
