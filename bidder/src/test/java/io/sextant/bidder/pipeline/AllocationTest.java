package io.sextant.bidder.pipeline;

import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.abtesting.allocation.Arm.PctrRule;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.spending.Treasury;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.openrtb.BidRequest;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int RUNS = 500;
    private static final int ROUNDS = 8;
    private static final long ENOUGH_NANOS = 1_000_000_000_000_000L;

    @Test
    void shouldAllocateNothingForACandidate() {
        long bytesWith10 = bytesPerBid(10);
        long bytesWith200 = bytesPerBid(200);

        assertThat(bytesWith200).as("bytes a bid with 200 candidates, against %d with 10", bytesWith10)
                .isEqualTo(bytesWith10);
        // What is left is the view of the request that the encoder makes, and the lambdas it is read through.
        assertThat(bytesWith10).isLessThan(512);
    }

    private static long bytesPerBid(int candidates) {
        Wiring wiring = new Wiring(PctrRule.AGE_UCB, ExplorationRule.UNCERTAINTY, 1, true,
                IntStream.range(0, candidates)
                        .mapToObj(i -> campaign("c" + i).cpc(0.02 + i * 1e-6).deals(false, "deal").build())
                        .toArray(Campaign[]::new))
                .table(0.01, Wiring.NOW_MS);
        wiring.model.calibrated(new SegmentCalibrations(Calibration.identity(),
                Map.of("adx", Calibration.of(new double[]{0.1, 0.4, 0.6}, new double[]{0.05, 0.3, 0.5}))));
        var builder = Wiring.request(1).addBcat("IAB7").addBadv("other.example").addCur("EUR");
        builder.getImpBuilder(0).setBidfloor(0.1).getPmpBuilder().addDealsBuilder().setId("deal").setBidfloor(1);
        BidRequest request = builder.build();
        long fewest = fewestBytes(
                () -> wiring.pipeline.bid(request, "adx", Wiring.NOW_MS, Long.MAX_VALUE / 2, wiring.scratch));
        assertThat(wiring.scratch.impression(0).candidates()).isEqualTo(candidates);
        return fewest;
    }

    @Test
    void shouldAllocateNothingForACandidateThatIsLeasedOrHeldBack() {
        long bytesWith10 = bytesPerLeasedBid(10);
        long bytesWith200 = bytesPerLeasedBid(200);

        assertThat(bytesWith200).as("bytes a bid with 200 candidates, against %d with 10", bytesWith10)
                .isEqualTo(bytesWith10);
        assertThat(bytesWith10).isLessThan(512);
    }

    /** Every campaign has a lease; every other one is held back now and then. */
    private static long bytesPerLeasedBid(int candidates) {
        Wiring wiring = Wiring.plain(IntStream.range(0, candidates)
                .mapToObj(i -> campaign("c" + i).cpc(0.02).budget(1_000).build()).toArray(Campaign[]::new));
        Treasury treasury = wiring.leased(ENOUGH_NANOS);
        BidRequest request = Wiring.request(1).build();
        // Who is refused gets a lease without money, and is out of the auction of the next round; in the end all are rich.
        for (int round = 0; round < candidates; round++) {
            wiring.pipeline.bid(request, "adx", Wiring.NOW_MS, Long.MAX_VALUE / 2, wiring.scratch);
            treasury.tick(Wiring.NOW_MS,
                    grant -> grant.toBuilder().setGrantedNanos(0).setState(LeaseState.LEASE_DAY_SPENT).build());
        }
        assertThat(treasury.accounts.size()).isEqualTo(candidates);
        treasury.tick(Wiring.NOW_MS + 20_000, grant -> grant.toBuilder().setGrantedNanos(ENOUGH_NANOS)
                .setState(LeaseState.LEASE_OPEN).setPass(grant.getLeaseId() % 2 == 0 ? 0.99 : 1).build());
        long fewest = fewestBytes(() -> {
            wiring.pipeline.bid(request, "adx", Wiring.NOW_MS, Long.MAX_VALUE / 2, wiring.scratch);
            Held held = wiring.scratch.impression(0).held();
            boolean _ = treasury.reservations.release(held.reservation(), held.leaseId());
        });
        assertThat(wiring.scratch.impression(0).matched()).isEqualTo(candidates);
        assertThat(wiring.scratch.impression(0).held().leaseId()).isNotZero();
        assertThat(treasury.reservations.size()).isZero();
        return fewest;
    }

    /** The fewest bytes that a bid of any of some rounds allocates, once compiled. */
    private static long fewestBytes(Runnable bid) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RUNS; i++) {
                bid.run();
            }
            fewest = Math.min(fewest, (threads.getCurrentThreadAllocatedBytes() - before) / RUNS);
        }
        return fewest;
    }
}
