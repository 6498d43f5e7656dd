package io.sextant.bidder.spending;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.lowering.BudgetOutlook;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.event.Pacing;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PurseTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int DAY = Math.toIntExact(LocalDate.of(2026, 7, 1).toEpochDay());
    private static final long NOON_MS = Instant.parse("2026-07-01T10:00:00Z").toEpochMilli();
    private static final long MIDNIGHT_MS = Instant.parse("2026-07-01T22:00:00Z").toEpochMilli();
    private static final long BID = 1_000_000;

    private final AtomicLong ids = new AtomicLong(100);
    private final List<LeaseEvent> events = new ArrayList<>();
    private final FakeLedger ledger = new FakeLedger(1_000 * BID);
    private final Purse purse = purse(NOON_MS);

    static BudgetConfig config() {
        return new BudgetConfig(BudgetConfig.Leases.LEDGER, Duration.ofMinutes(11), Duration.ofMinutes(1), 4,
                Duration.ofSeconds(10), 1024);
    }

    private static Budget budget(ZoneId zone) {
        return new Budget(100_000_000, Budget.UNLIMITED, zone, Budget.Pacing.TRAFFIC, 250_000, Budget.Bidding.VALUE);
    }

    private Purse purse(long nowMs) {
        return new Purse("bidder-1", "summer", "control", budget(BERLIN), 0.25, config(), ids::getAndIncrement,
                events::add, nowMs);
    }

    private List<LeaseRequest> tick(Purse of, long nowMs) {
        List<LeaseRequest> requests = new ArrayList<>();
        of.tick(nowMs, requests::add);
        return requests;
    }

    /** Lets the ledger answer all that is asked at this time. */
    private List<LeaseRequest> tickAndAnswer(Purse of, long nowMs) {
        List<LeaseRequest> requests = tick(of, nowMs);
        requests.forEach(request -> assertThat(of.apply(ledger.answer(request), nowMs)).isTrue());
        return requests;
    }

    private Lease reserved(Purse of, long nanos, long nowMs) {
        return Objects.requireNonNull(of.reserve(nanos, nowMs));
    }

    @Test
    void shouldTellWhatIsLeftOfTheAccountOnceTheLedgerHasAnswered() {
        assertThat(purse.reserve(BID, NOON_MS)).isNull();
        LeaseRequest request = tick(purse, NOON_MS).getFirst();
        assertThat(purse.left(NOON_MS)).isNull();

        LeaseGrant.Builder grant = ledger.answer(request).toBuilder().setDayFreeNanos(900 * BID)
                .setTotalFreeNanos(-1).setOpportunitiesLeft(12_345);
        assertThat(purse.apply(grant.build(), NOON_MS)).isTrue();
        purse.opportunity(1, NOON_MS);
        reserved(purse, BID, NOON_MS);

        // Three of the four bids that were granted, and what is free.
        assertThat(purse.left(NOON_MS)).isEqualTo(new BudgetOutlook.Left(903 * BID, 12_345, 1, 1));
        purse.apply(grant.setTotalFreeNanos(5 * BID).setBidFactor(0.75).build(), NOON_MS);
        assertThat(purse.left(NOON_MS)).isEqualTo(new BudgetOutlook.Left(8 * BID, 12_345, 1, 0.75));
        purse.apply(grant.setTotalFreeNanos(-1).setDayFreeNanos(-1).build(), NOON_MS);
        assertThat(Objects.requireNonNull(purse.left(NOON_MS)).budgetNanos()).as("unbounded")
                .isGreaterThan(1L << 60);
    }

    @Test
    void shouldAskForAFewOfItsBidsAndReserveThemAndNoMore() {
        assertThat(purse.reserve(BID, NOON_MS)).as("nothing has been granted").isNull();

        LeaseRequest request = tickAndAnswer(purse, NOON_MS).getFirst();

        assertThat(request).isEqualTo(LeaseRequest.newBuilder().setBidder("bidder-1").setLeaseId(100)
                .setCampaignId("summer").setArm("control").setBudgetDay(DAY).setSequence(1).setTimeMs(NOON_MS)
                .setWantNanos(4 * BID)
                .setTerms(BudgetTerms.newBuilder().setDailyNanos(25_000_000_000L).setTotalNanos(-1)
                        .setTimeZone("Europe/Berlin").setPacing(Pacing.PACING_TRAFFIC).setTargetCpcNanos(250_000_000))
                .build());
        for (int bid = 0; bid < 4; bid++) {
            Lease lease = reserved(purse, BID, NOON_MS);
            assertThat(lease.id()).isEqualTo(100);
            assertThat(lease.budgetDay()).isEqualTo(DAY);
        }
        assertThat(purse.reserve(1, NOON_MS)).isNull();
        assertThat(purse.leases()).singleElement().satisfies(lease -> {
            assertThat(lease.leftNanos()).isZero();
            assertThat(lease.reservedNanos()).isEqualTo(4 * BID);
        });
    }

    @Test
    void shouldHaveWhatALostBidHadReserved() {
        purse.ask(BID, NOON_MS);
        tickAndAnswer(purse, NOON_MS);
        Lease lease = reserved(purse, 4 * BID, NOON_MS);

        lease.release(4 * BID);

        assertThat(reserved(purse, 4 * BID, NOON_MS)).isSameAs(lease);
        assertThat(purse.reserve(1, NOON_MS)).isNull();
    }

    @Test
    void shouldHoldAReservationAndItsBillBothUntilTheReservationIsBack() {
        purse.ask(BID, NOON_MS);
        tickAndAnswer(purse, NOON_MS);
        Lease lease = reserved(purse, BID, NOON_MS);

        purse.apply(ledger.settle(lease.id(), 700_000), NOON_MS);
        assertThat(lease.leftNanos()).as("4 - 1 - 0.7").isEqualTo(2_300_000);
        assertThat(lease.reservedNanos()).isEqualTo(BID);

        lease.release(BID);
        assertThat(lease.leftNanos()).as("4 - 0.7").isEqualTo(3_300_000);
        assertThat(lease.settledNanos()).isEqualTo(700_000);
    }

    @Test
    void shouldNotBeMovedByAnswersThatComeTwiceOrLate() {
        purse.ask(BID, NOON_MS);
        LeaseGrant first = ledger.answer(tick(purse, NOON_MS).getFirst());
        purse.apply(first, NOON_MS);
        Lease lease = reserved(purse, 3 * BID, NOON_MS);
        LeaseRequest more = tick(purse, NOON_MS + 100).getFirst();
        purse.apply(ledger.answer(more), NOON_MS + 100);
        purse.apply(ledger.settle(lease.id(), BID), NOON_MS + 100);
        long left = lease.leftNanos();
        long expires = lease.expiresMs();

        purse.apply(first, NOON_MS + 200);
        purse.apply(ledger.grant(lease.id()), NOON_MS + 200);

        assertThat(lease.leftNanos()).isEqualTo(left);
        assertThat(lease.expiresMs()).isEqualTo(expires).isEqualTo(NOON_MS + 100 + FakeLedger.TERM_MS);
    }

    @Test
    void shouldAskAgainOnlyWhenHalfIsGoneOrAThirdOfTheTermOrTheAnswerStaysAway() {
        purse.ask(BID, NOON_MS);
        LeaseRequest first = tick(purse, NOON_MS).getFirst();
        assertThat(tick(purse, NOON_MS + 2_400)).as("it may still come").isEmpty();
        LeaseRequest again = tick(purse, NOON_MS + 2_500).getFirst();
        assertThat(again.getLeaseId()).isEqualTo(first.getLeaseId());
        assertThat(again.getSequence()).isEqualTo(2);
        purse.apply(ledger.answer(again), NOON_MS + 2_600);

        assertThat(tick(purse, NOON_MS + 22_400)).isEmpty();
        LeaseRequest renewal = tickAndAnswer(purse, NOON_MS + 22_500).getFirst();
        assertThat(renewal.getSequence()).isEqualTo(3);
        assertThat(renewal.getWantNanos()).isZero();

        assertThat(purse.reserve(3 * BID, NOON_MS + 22_600)).isNotNull();
        LeaseRequest more = tick(purse, NOON_MS + 22_600).getFirst();
        assertThat(more.getWantNanos()).as("for four of three, one is left").isEqualTo(11 * BID);
    }

    @Test
    void shouldBeSizedByTheRateOfTheLastSeconds() {
        long nowMs = NOON_MS;
        for (int i = 0; i < 300; i++) {
            nowMs += 100;
            purse.ask(BID, nowMs);
            purse.ask(BID, nowMs);
            tickAndAnswer(purse, nowMs);
        }
        Lease lease = purse.leases().getFirst();

        // Twenty bids a second, for ten seconds; nothing has been reserved.
        assertThat(lease.leftNanos()).isBetween(99 * BID, 200 * BID);
    }

    @Test
    void shouldGiveBackWhatALullLeavesOver() {
        long nowMs = NOON_MS;
        for (int i = 0; i < 300; i++) {
            nowMs += 100;
            purse.ask(2 * BID, nowMs);
            tickAndAnswer(purse, nowMs);
        }
        long busy = purse.leases().getFirst().leftNanos();
        for (int i = 0; i < 600; i++) {
            nowMs += 100;
            tickAndAnswer(purse, nowMs);
        }
        Lease lease = purse.leases().getFirst();

        assertThat(busy).isGreaterThan(99 * BID);
        assertThat(lease.leftNanos()).as("some of four bids").isBetween(8 * BID, 24 * BID);
        assertThat(lease.leftNanos() + ledger.freeNanos()).isEqualTo(1_000 * BID);
        assertThat(lease.returnedNanos()).isEqualTo(lease.grantedNanos() - lease.leftNanos());
    }

    @Test
    void shouldGoOverToTheNextDayWithoutAGap() {
        Purse late = purse(MIDNIGHT_MS - 40_000);
        late.ask(BID, MIDNIGHT_MS - 40_000);
        assertThat(tickAndAnswer(late, MIDNIGHT_MS - 40_000)).extracting(LeaseRequest::getBudgetDay)
                .containsExactly(DAY);
        late.opportunity(7, MIDNIGHT_MS - 40_000);

        List<LeaseRequest> ahead = tickAndAnswer(late, MIDNIGHT_MS - 30_000);

        assertThat(ahead).extracting(LeaseRequest::getBudgetDay).contains(DAY + 1);
        Lease today = reserved(late, BID, MIDNIGHT_MS - 1);
        assertThat(today.budgetDay()).isEqualTo(DAY);
        Lease tomorrow = reserved(late, BID, MIDNIGHT_MS);
        assertThat(tomorrow.budgetDay()).isEqualTo(DAY + 1);
        List<LeaseRequest> after = tickAndAnswer(late, MIDNIGHT_MS + 100);
        assertThat(after).filteredOn(LeaseRequest::getClosing).singleElement().satisfies(closing -> {
            assertThat(closing.getLeaseId()).isEqualTo(today.id());
            assertThat(closing.getReturnedNanos()).isEqualTo(today.grantedNanos() - BID);
            assertThat(closing.getOpportunities()).isOne();
        });
        assertThat(late.lease(MIDNIGHT_MS + 100)).isSameAs(tomorrow);
        late.opportunity(8, MIDNIGHT_MS + 100);
        assertThat(tick(late, MIDNIGHT_MS + 20_100)).filteredOn(request -> request.getLeaseId() == tomorrow.id())
                .singleElement().extracting(LeaseRequest::getOpportunities).isEqualTo(1L);
    }

    @Test
    void shouldDrawANewLeaseWhenOneHasRunOutAndGiveBackTheOld() {
        purse.ask(BID, NOON_MS);
        tickAndAnswer(purse, NOON_MS);
        Lease old = reserved(purse, BID, NOON_MS + 59_999);
        assertThat(purse.reserve(BID, NOON_MS + 60_000)).as("it has run out").isNull();

        List<LeaseRequest> requests = tickAndAnswer(purse, NOON_MS + 60_000);

        assertThat(requests).hasSize(2);
        assertThat(requests.getFirst().getLeaseId()).isNotEqualTo(old.id());
        assertThat(requests.getFirst().getSequence()).isOne();
        assertThat(requests.getLast()).satisfies(closing -> {
            assertThat(closing.getLeaseId()).isEqualTo(old.id());
            assertThat(closing.getClosing()).isTrue();
            assertThat(closing.getWantNanos()).isZero();
            assertThat(closing.getReturnedNanos()).isEqualTo(3 * BID);
        });
        assertThat(events).contains(LeaseEvent.EXPIRED);
        assertThat(reserved(purse, BID, NOON_MS + 60_000)).isNotSameAs(old);
        old.release(BID);
        List<LeaseRequest> later = tick(purse, NOON_MS + 70_000);
        assertThat(later).filteredOn(LeaseRequest::getClosing).singleElement()
                .extracting(LeaseRequest::getReturnedNanos).isEqualTo(4 * BID);
    }

    @Test
    void shouldUseNoLeaseThatTheLedgerHasClosedOrForgotten() {
        purse.ask(BID, NOON_MS);
        LeaseRequest request = tick(purse, NOON_MS).getFirst();
        purse.apply(ledger.answer(request).toBuilder().setState(LeaseState.LEASE_CLOSED).build(), NOON_MS);
        assertThat(purse.reserve(BID, NOON_MS)).isNull();
        assertThat(events).contains(LeaseEvent.CLOSED);

        LeaseRequest next = tickAndAnswer(purse, NOON_MS + 200).getFirst();
        assertThat(next.getLeaseId()).isNotEqualTo(request.getLeaseId());
        Lease lease = reserved(purse, BID, NOON_MS + 200);
        purse.forget(lease.id(), NOON_MS + 300);

        assertThat(purse.reserve(BID, NOON_MS + 300)).isNull();
        lease.release(BID);
        assertThat(purse.reserve(BID, NOON_MS + 300)).isNull();
        assertThat(purse.apply(ledger.grant(lease.id()), NOON_MS + 300)).isFalse();
    }

    @Test
    void shouldAskOnceMoreAtTheLedgersPaceWhereItHasNoMore() {
        var poor = new FakeLedger(BID);
        purse.ask(BID, NOON_MS);
        LeaseRequest request = tick(purse, NOON_MS).getFirst();
        purse.apply(poor.answer(request), NOON_MS);

        Lease lease = reserved(purse, BID, NOON_MS);

        assertThat(lease.isSpent()).isTrue();
        assertThat(tick(purse, NOON_MS + 19_900)).as("it is spent").isEmpty();
        assertThat(tick(purse, NOON_MS + 20_000)).as("the renewal").hasSize(1);
    }

    @Test
    void shouldGiveBackWhatIsTooLittleForABidSoThatAnotherMayBid() {
        var poor = new FakeLedger(6 * BID / 5);
        Purse other = purse(NOON_MS);
        purse.ask(BID, NOON_MS);
        other.ask(BID, NOON_MS);
        purse.apply(poor.answer(tick(purse, NOON_MS).getFirst().toBuilder().setWantNanos(3 * BID / 5).build()),
                NOON_MS);
        other.apply(poor.answer(tick(other, NOON_MS).getFirst()), NOON_MS);
        assertThat(purse.reserve(BID, NOON_MS)).isNull();
        assertThat(other.reserve(BID, NOON_MS)).isNull();

        LeaseRequest back = tick(purse, NOON_MS + 20_000).getFirst();
        purse.apply(poor.answer(back), NOON_MS + 20_000);

        assertThat(back.getReturnedNanos()).isEqualTo(3 * BID / 5);
        assertThat(back.getWantNanos()).isZero();
        other.apply(poor.answer(tick(other, NOON_MS + 20_000).getFirst()), NOON_MS + 20_000);
        purse.apply(poor.answer(tick(purse, NOON_MS + 21_000).getFirst()), NOON_MS + 21_000);
        assertThat(reserved(purse, BID, NOON_MS + 21_000).leftNanos()).isEqualTo(BID / 5);
    }

    @Test
    void shouldTellAChangedBudgetAtOnceAndLeaveTheDaysOfAnotherTimeZone() {
        purse.ask(BID, NOON_MS);
        tickAndAnswer(purse, NOON_MS);

        purse.budget(budget(BERLIN), 0.5, NOON_MS + 100);
        assertThat(tickAndAnswer(purse, NOON_MS + 100)).singleElement()
                .satisfies(request -> assertThat(request.getTerms().getDailyNanos()).isEqualTo(50_000_000_000L));

        purse.budget(budget(ZoneId.of("Asia/Tokyo")), 0.5, NOON_MS + 200);
        assertThat(purse.reserve(BID, NOON_MS + 200)).isNull();
        assertThat(tickAndAnswer(purse, NOON_MS + 200)).filteredOn(request -> !request.getClosing()).singleElement()
                .satisfies(request -> assertThat(request.getTerms().getTimeZone()).isEqualTo("Asia/Tokyo"));
    }

    @Test
    void shouldEndWhenNobodyWantsIt() {
        purse.ask(BID, NOON_MS);
        tickAndAnswer(purse, NOON_MS);
        long nowMs = NOON_MS;
        while (nowMs < NOON_MS + 600_000) {
            nowMs += 200;
            tickAndAnswer(purse, nowMs);
        }
        assertThat(purse.isIdle(nowMs)).isFalse();
        assertThat(purse.lease(nowMs)).as("it has been renewed all the time").isNotNull();

        nowMs += 2_000;
        assertThat(tickAndAnswer(purse, nowMs)).singleElement()
                .satisfies(request -> assertThat(request.getClosing()).isTrue());
        tick(purse, nowMs + 200);

        assertThat(purse.isIdle(nowMs + 200)).isTrue();
        assertThat(ledger.freeNanos()).isEqualTo(1_000 * BID);
    }

    @Test
    void shouldNeverReserveMoreThanIsLeftHoweverManyLoopsReserve() throws Exception {
        int loops = 4;
        purse.ask(250 * BID, NOON_MS);
        tickAndAnswer(purse, NOON_MS);
        Lease lease = purse.leases().getFirst();
        assertThat(lease.leftNanos()).isEqualTo(1_000 * BID);
        long piece = 7_001;
        Callable<Long> loop = () -> {
            long taken = 0;
            for (int bid = 1; purse.reserve(piece, NOON_MS) != null; bid++) {
                if (bid % 3 == 0) {
                    lease.release(piece);
                } else {
                    taken += piece;
                }
            }
            return taken;
        };

        long taken = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(loops)) {
            for (Future<Long> each : threads.invokeAll(Collections.nCopies(loops, loop))) {
                taken += each.get();
            }
        }

        assertThat(taken).isEqualTo(lease.reservedNanos()).isLessThanOrEqualTo(1_000 * BID);
        assertThat(lease.leftNanos()).isBetween(0L, piece - 1);
    }
}
