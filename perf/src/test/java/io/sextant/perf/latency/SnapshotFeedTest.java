package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotFeedTest {
    /** 0.001 to 0.1: the mean is 0.0505, the first decile 0.01, the 99th percentile 0.099. */
    private static final double[] UNCERTAINTIES = IntStream.rangeClosed(1, 100).mapToDouble(i -> i / 1000.0).toArray();

    @Test
    void shouldMakeATableThatABidderAppliesWhenTheUncertaintiesAreKnown() {
        UncertaintySnapshot snapshot = SnapshotFeed.template(UNCERTAINTIES).setArm("uncertainty").setVersion(1)
                .setTimeMs(1_000).build();

        BidModifierTable table = BidModifierTable.of(snapshot);

        assertThat(table.applied(table.byUncertainty(0.0606, "banner", 7))).isCloseTo(1.2, within(1e-9));
        assertThat(table.byUncertainty(0.02, "banner", 7)).isEqualTo(1);
        assertThat(table.byUncertainty(0.0999, "banner", 7)).as("above the band").isEqualTo(1);
        assertThat(table.fresh(1_000)).isTrue();
        assertThat(table.fresh(1_000 + 60_001)).isFalse();
    }

    @Test
    void shouldHandOutTheSameModifiersBlindlyAsByUncertainty() {
        BidModifierTable table = BidModifierTable
                .of(SnapshotFeed.template(UNCERTAINTIES).setArm("random").setVersion(1).build());

        double mean = IntStream.range(0, 100).mapToDouble(i -> {
            double u = UNCERTAINTIES[i];
            return u < 0.01 || u > 0.099 ? 1 : Math.clamp(u / 0.0505, 1, 2);
        }).average().orElseThrow();
        assertThat(table.uniform(7)).isCloseTo(mean, within(1e-9));
    }
}
