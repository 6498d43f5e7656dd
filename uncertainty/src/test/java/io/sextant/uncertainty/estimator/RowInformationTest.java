package io.sextant.uncertainty.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.uncertainty.Allocation;
import io.sextant.uncertainty.HandNet;
import org.junit.jupiter.api.Test;

class RowInformationTest {
    private static final long KEY = 0x5eed;

    /** The linear net scores the masked request -1 where r = 1 (row 4), where p (1 - p) is 0.1966; row 4 has 0.04. */
    @Test
    void shouldBeTheRootOfTheRowVarianceTimesTheSlopeOfTheScale() {
        HandNet net = HandNet.linear();
        var request = net.impression(new int[]{4}, new int[]{7, 12});

        double logit = new RowInformation(UncertaintyScale.LOGIT).estimate(net, KEY, request);
        double probability = new RowInformation(UncertaintyScale.PROBABILITY).estimate(net, KEY, request);

        assertThat(logit).isCloseTo(0.2, within(1e-12));
        assertThat(probability).isCloseTo(0.2 * 0.19661193324148185, within(1e-12));
    }

    @Test
    void shouldAllocateNothing() {
        HandNet net = HandNet.random(1, 0, 1);
        var request = net.randomImpression(2, 3);
        var estimator = new RowInformation(UncertaintyScale.PROBABILITY);
        double[] sink = new double[1];

        assertThat(Allocation.bytesWhenWarm(() -> sink[0] += estimator.estimate(net, KEY, request))).isZero();
    }
}
