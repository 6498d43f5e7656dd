package io.sextant.bidder.spending;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.pipeline.Held;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.event.StopOrder;
import io.sextant.protocol.event.StopScope;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerGateTest {
    private static final long NOON_MS = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();
    private static final long BID = NeutralBidder.BID;

    private final NeutralBidder bidder = new NeutralBidder(campaign("c", 100));
    private Treasury treasury = bidder.treasury(BudgetConfig.Leases.LEDGER, 1_000 * BID, NOON_MS);

    private static Campaign campaign(String id, double budgetUsd) {
        return CampaignBuilder.campaign(id).budget(budgetUsd).build();
    }

    private static Campaign unbounded(String id) {
        return CampaignBuilder.campaign(id).build();
    }

    private Impression bid(long nowMs) {
        return bidder.bid(treasury, nowMs);
    }

    private NoBidReason reason(long nowMs) {
        return bid(nowMs).reason();
    }

    @Test
    void shouldBidFromALeaseOnceThereIsOneAndNoMoreThanIsLeft() {
        assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NO_LEASE);

        List<LeaseRequest> asked = treasury.tick(NOON_MS);

        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.getCampaignId()).isEqualTo("c");
            assertThat(request.getArm()).isEqualTo("neutral");
            assertThat(request.getWantNanos()).isEqualTo(4 * BID);
        });
        for (int i = 0; i < 4; i++) {
            Held held = bid(NOON_MS).held();
            assertThat(held.leaseId()).isEqualTo(asked.getFirst().getLeaseId());
            assertThat(held.budgetDay()).isEqualTo(Math.toIntExact(NOON_MS / 86_400_000));
            assertThat(held.reservation()).isPositive();
        }
        assertThat(reason(NOON_MS)).as("four bids' worth").isEqualTo(NoBidReason.NO_BUDGET);
        assertThat(bid(NOON_MS).held().leaseId()).isZero();
        assertThat(treasury.reservations.size()).isEqualTo(4);
        assertThat(treasury.refusals.count(LedgerGate.Refusal.RESERVATION_ABOVE_LEASE)).isEqualTo(2);
    }

    @Test
    void shouldBidAgainWithWhatALossOrTimeHasGivenBack() {
        bid(NOON_MS);
        treasury.tick(NOON_MS, grant -> grant.toBuilder().setExpiresMs(NOON_MS + 3_600_000).setGrantedNanos(BID)
                .setState(LeaseState.LEASE_DAY_SPENT).build());
        Held held = bid(NOON_MS).held();
        long first = held.reservation();
        long lease = held.leaseId();
        assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NO_BUDGET);

        assertThat(treasury.reservations.release(first, lease)).isTrue();
        assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NONE);
        assertThat(treasury.reservations.release(first, lease)).as("told again").isFalse();
        assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NO_BUDGET);

        beat(0, 1, NOON_MS + 660_000);
        treasury.reservations.sweep(NOON_MS + 659_999);
        assertThat(reason(NOON_MS + 660_000)).isEqualTo(NoBidReason.NO_BUDGET);
        treasury.reservations.sweep(NOON_MS + 660_000);
        assertThat(reason(NOON_MS + 660_000)).isEqualTo(NoBidReason.NONE);
    }

    @ParameterizedTest
    @CsvSource({"LEDGER, NONE, LEDGER_SILENT", "NONE, NONE, NONE"})
    void shouldBidForTheUnboundedWithoutALeaseButNotWithoutALedger(BudgetConfig.Leases leases, NoBidReason heard,
            NoBidReason silent) {
        bidder.catalogue(unbounded("free"));
        treasury = bidder.treasury(leases, BID, NOON_MS);

        assertThat(reason(NOON_MS)).isEqualTo(heard);
        assertThat(bid(NOON_MS).held().leaseId()).isZero();
        assertThat(reason(NOON_MS + 60_000)).isEqualTo(heard);
        assertThat(reason(NOON_MS + 60_001)).isEqualTo(silent);
    }

    @Test
    void shouldTrustALedgerOnlyWhenEveryPartitionIsHeardOf() {
        bidder.catalogue(unbounded("free"));
        treasury = bidder.treasury(BudgetConfig.Leases.LEDGER, BID, NOON_MS);

        beat(0, 2, NOON_MS);
        assertThat(reason(NOON_MS)).as("nothing of partition 1").isEqualTo(NoBidReason.LEDGER_SILENT);
        beat(1, 2, NOON_MS + 50_000);
        assertThat(reason(NOON_MS + 50_000)).isEqualTo(NoBidReason.NONE);
        beat(1, 2, NOON_MS + 70_000);
        assertThat(reason(NOON_MS + 70_000)).as("nothing of partition 0 for 70 s")
                .isEqualTo(NoBidReason.LEDGER_SILENT);
        beat(0, 2, NOON_MS + 70_000);
        assertThat(reason(NOON_MS + 130_000)).isEqualTo(NoBidReason.NONE);
        beat(0, 2, NOON_MS);
        assertThat(reason(NOON_MS + 130_001)).as("an old one proves nothing").isEqualTo(NoBidReason.LEDGER_SILENT);
    }

    private void beat(int partition, int partitions, long timeMs) {
        treasury.pulse.beat(LedgerHeartbeat.newBuilder().setPartition(partition).setPartitions(partitions)
                .setTimeMs(timeMs).build(), timeMs);
    }

    @Test
    void shouldBindNobodyWithoutLeases() {
        treasury = bidder.treasury(BudgetConfig.Leases.NONE, BID, NOON_MS);

        for (int i = 0; i < 10; i++) {
            assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NONE);
        }
        assertThat(treasury.tick(NOON_MS)).isEmpty();
        assertThat(treasury.reservations.size()).isZero();
    }

    @Test
    void shouldEnterSoManyAuctionsAsItsPaceSays() {
        bid(NOON_MS);
        treasury.tick(NOON_MS, grant -> grant.toBuilder().setPass(0.3).setGrantedNanos(1_000 * BID).build());

        int bids = 0;
        for (int i = 0; i < 1_000; i++) {
            NoBidReason reason = reason(NOON_MS);
            assertThat(reason).isIn(NoBidReason.NONE, NoBidReason.PACED);
            bids += reason == NoBidReason.NONE ? 1 : 0;
        }

        // Five standard deviations of 1,000 draws of 0.3: 72.
        assertThat(bids).isBetween(228, 372);
        assertThat(treasury.refusals.count(LedgerGate.Refusal.PACED)).isEqualTo(1_000 - bids);
        assertThat(treasury.tick(NOON_MS + 20_000)).singleElement().extracting(LeaseRequest::getOpportunities)
                .isEqualTo(1_000L);
    }

    @Test
    void shouldLeaveTheSpentOutOfTheAuction() {
        bid(NOON_MS);
        treasury.tick(NOON_MS,
                grant -> grant.toBuilder().setGrantedNanos(0).setState(LeaseState.LEASE_DAY_SPENT).build());

        Impression decision = bid(NOON_MS);
        assertThat(decision.reason()).isEqualTo(NoBidReason.NO_BUDGET);
        assertThat(decision.candidates()).isZero();
        assertThat(treasury.refusals.count(LedgerGate.Refusal.SPENT)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"STOP_EVERYTHING, '', true, true", "STOP_EXCHANGE, adx, true, true",
        "STOP_EXCHANGE, other, false, false",
        "STOP_CAMPAIGN, c, true, false", "STOP_CAMPAIGN, d, false, true", "STOP_ADVERTISER, advertiser-c, true, false",
        "STOP_ADVERTISER, advertiser-x, false, false"})
    void shouldBidForNobodyWhoIsStopped(StopScope scope, String id, boolean stopsC, boolean stopsD) {
        var stops = new StopList();
        stops.apply("key", StopOrder.newBuilder().setScope(scope).setId(id).setStopped(true).build());
        for (BudgetConfig.Leases leases : BudgetConfig.Leases.values()) {
            for (String campaign : List.of("c", "d")) {
                bidder.catalogue(unbounded(campaign));
                treasury = bidder.treasury(leases, BID, NOON_MS);
                treasury.accounts.stop(stops.stops());

                assertThat(reason(NOON_MS)).as("%s, %s", leases, campaign)
                        .isEqualTo((campaign.equals("c") ? stopsC : stopsD) ? NoBidReason.STOPPED : NoBidReason.NONE);

                treasury.accounts.stop(StopList.Stops.NONE);
                assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NONE);
            }
        }
    }

    @Test
    void shouldEndAStopWhenItIsTakenBackOrDeleted() {
        var stops = new StopList();
        StopOrder order = StopOrder.newBuilder().setScope(StopScope.STOP_CAMPAIGN).setId("c").setStopped(true).build();
        stops.apply("campaign/c", order);
        assertThat(stops.stops().campaigns()).isEqualTo(Set.of("c"));
        stops.apply("campaign/c", order.toBuilder().setStopped(false).build());
        assertThat(stops.stops()).isEqualTo(StopList.Stops.NONE);

        stops.apply("everything", StopOrder.newBuilder().setStopped(true).build());
        assertThat(stops.stops().everything()).isTrue();
        stops.delete("everything");
        assertThat(stops.stops()).isEqualTo(StopList.Stops.NONE);
    }

    @Test
    void shouldGoOverToANewCatalogueWithItsBudgetsAndDropWhatIsGone() {
        bid(NOON_MS);
        treasury.tick(NOON_MS);
        assertThat(reason(NOON_MS)).isEqualTo(NoBidReason.NONE);

        bidder.catalogue(campaign("b", 10), campaign("c", 50), unbounded("free"));
        assertThat(reason(NOON_MS)).as("until the book has followed").isEqualTo(NoBidReason.NO_LEASE);
        bidder.follow(treasury, NOON_MS + 100);

        assertThat(treasury.tick(NOON_MS + 100)).singleElement().satisfies(request -> {
            assertThat(request.getCampaignId()).isEqualTo("c");
            assertThat(request.getTerms().getDailyNanos()).isEqualTo(50_000_000_000L);
        });
        assertThat(reason(NOON_MS + 100)).isEqualTo(NoBidReason.NONE);

        bidder.catalogue(campaign("b", 10));
        bidder.follow(treasury, NOON_MS + 200);
        assertThat(treasury.tick(NOON_MS + 200)).filteredOn(request -> request.getCampaignId().equals("c"))
                .singleElement().satisfies(request -> assertThat(request.getClosing()).isTrue());
    }
}
