package io.sextant.abtesting.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.protocol.event.ArmMinute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArmReportTest {
    private static final ArmMinute FIRST = ArmMinute.newBuilder().setArm("uncertainty").setMinuteMs(60_000)
            .setRequests(1_000).setImpressionsOffered(1_100).setBids(800).setWins(100).setImpressions(90).setClicks(3)
            .setSpendNanos(250_000_000).setUncertaintySum(8).setUncertaintyCount(1_000).setModifierSum(900)
            .setModifierCount(800).setModelVersion(1).setSnapshotVersion(4).build();
    private static final ArmMinute SECOND = FIRST.toBuilder().setMinuteMs(120_000).setRequests(500).setClicks(1)
            .setImpressions(110).setSpendNanos(150_000_000).setModelVersion(2).setSnapshotVersion(9).build();

    /** 4 clicks in 200 impressions for 0.4: CTR 2 %, Wilson 2.905 ± 2.124 %, eCPC 0.1, mean modifier 1800 / 1600. */
    @Test
    void shouldRenderTheArmsSideBySide() {
        ArmMetrics metrics = new ArmMetrics(List.of("control", "uncertainty"));
        metrics.accept(FIRST);
        metrics.accept(SECOND);

        String text = new ArmReport(metrics.totals()).text();

        assertThat(text.lines().map(line -> line.replaceAll(" +", " "))).containsExactly(
                text.lines().findFirst().orElseThrow(),
                "| arm | requests | bids | wins | spend | clicks | CTR % | 95 % interval | eCPC | mean uncertainty "
                        + "| mean modifier | model | snapshot |",
                text.lines().findFirst().orElseThrow(),
                "| control | 0 | 0 | 0 | 0.0000 | 0 | - | - | - | - | - | 0 | 0 |",
                "| uncertainty | 1,500 | 1,600 | 200 | 0.4000 | 4 | 2.000 | 0.780 - 5.029 | 0.1000 | 0.008000 | 1.1250 "
                        + "| 2 | 9 |",
                text.lines().findFirst().orElseThrow());
        assertThat(text.lines().map(String::length).distinct()).hasSize(1);
    }

    @Test
    void shouldGiveRowsWithTheReportsNamesInJson() throws Exception {
        ArmMetrics metrics = new ArmMetrics(List.of("control"));
        metrics.accept(FIRST);
        metrics.accept(SECOND);

        String json = new ObjectMapper().writeValueAsString(new ArmReport(metrics.totals()).rows());

        assertThat(json).isEqualTo("""
                [{"arm":"control","requests":0,"bids":0,"wins":0,"spend":0.0,"clicks":0,"ctr":null,"ecpc":null,\
                "mean_uncertainty":null,"mean_modifier":null,"model_version":0,"snapshot_version":0},\
                {"arm":"uncertainty","requests":1500,"bids":1600,"wins":200,"spend":0.4,"clicks":4,"ctr":0.02,\
                "ecpc":0.1,"mean_uncertainty":0.008,"mean_modifier":1.125,"model_version":2,"snapshot_version":9}]""");
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

    /** Clicks may be told before their impressions. */
    @Test
    void shouldLeaveOutTheIntervalAsLongAsThereAreMoreClicksThanImpressions() {
        ArmMetrics metrics = new ArmMetrics(List.of());
        metrics.accept(ArmMinute.newBuilder().setArm("control").setImpressions(1).setClicks(2).build());

        assertThat(new ArmReport(metrics.totals()).text()).contains("| 200.000 |             - |");
    }
}
