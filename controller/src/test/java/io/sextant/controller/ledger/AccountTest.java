package io.sextant.controller.ledger;

import static io.sextant.controller.ledger.Requests.DAY;
import static io.sextant.controller.ledger.Requests.START_MS;
import static io.sextant.controller.ledger.Requests.USD;
import static io.sextant.controller.ledger.Requests.charge;
import static io.sextant.controller.ledger.Requests.request;
import static io.sextant.controller.ledger.Requests.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.LedgerConfig;
import io.sextant.controller.ledger.Account.Outcome;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AccountTest {
    private static final long TERM_MS = 60_000;
    private static final long HOLD_MS = 660_000;

    private final LedgerConfig config = Requests.config(Map.of("ledger.slice-min", "1", "ledger.slice-max", "40",
            "ledger.slice-share", "0.25"));
    private final Account account = Account.opened(Requests.CAMPAIGN, Requests.ARM, config);

    private LeaseGrant grant(long lease, long nowMs) {
        return Objects.requireNonNull(account.grant(lease, nowMs));
    }

    @Test
    void shouldGrantWhatIsWantedUpToTheBoundsOfASlice() {
        var terms = terms(100 * USD, -1);

        // 100 free: a quarter is 25
        assertThat(account.request(request(1, 1, START_MS, 10 * USD, terms).build(), START_MS))
                .isEqualTo(Outcome.GRANTED);
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(10 * USD);
        // 90 free: a quarter is 22.5
        account.request(request(2, 1, START_MS, 90 * USD, terms).build(), START_MS);
        assertThat(grant(2, START_MS).getGrantedNanos()).isEqualTo(22_500_000_000L);
        // 67.5 free: a quarter is 16.875, on top of the ten
        account.request(request(1, 2, START_MS, 90 * USD, terms).build(), START_MS);
        LeaseGrant grant = grant(1, START_MS + 1);
        assertThat(grant.getGrantedNanos()).isEqualTo(26_875_000_000L);
        assertThat(grant.getDayFreeNanos()).isEqualTo(50_625_000_000L);
        assertThat(grant.getTotalFreeNanos()).isEqualTo(-1);
        assertThat(grant.getSequence()).isEqualTo(2);
        assertThat(grant.getExpiresMs()).isEqualTo(START_MS + TERM_MS);
        assertThat(grant.getPass()).isEqualTo(Pacer.start().getPass());
        assertThat(grant.getState()).isEqualTo(LeaseState.LEASE_OPEN);
        assertThat(account.outstandingNanos(DAY)).isEqualTo(49_375_000_000L);
    }

    @Test
    void shouldGrantTheSmallestSliceWholeAndTheRestOfTheBudgetAtItsEnd() {
        var terms = terms(2_500_000_000L, -1);

        account.request(request(1, 1, START_MS, 9 * USD, terms).build(), START_MS);
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(USD);
        account.request(request(1, 2, START_MS, 9 * USD, terms).build(), START_MS);
        account.request(request(1, 3, START_MS, 9 * USD, terms).build(), START_MS);
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(2_500_000_000L);
        assertThat(account.request(request(1, 4, START_MS, 9 * USD, terms).build(), START_MS))
                .isEqualTo(Outcome.ANSWERED);
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(2_500_000_000L);
    }

    @Test
    void shouldKeepWithinTheTotalOfAllDays() {
        var terms = terms(100 * USD, 12 * USD);
        account.request(request(1, 1, START_MS, 2 * USD, terms).build(), START_MS);
        account.charge(charge(1, USD));
        account.request(request(2, 1, START_MS, 2 * USD, terms).setBudgetDay(DAY + 1).build(), START_MS);

        account.request(request(3, 1, START_MS, 50 * USD, terms).build(), START_MS);

        // settled 1, outstanding 1 + 2: 8 are free, of which a quarter is 2
        assertThat(grant(3, START_MS).getGrantedNanos()).isEqualTo(2 * USD);
        assertThat(grant(3, START_MS).getTotalFreeNanos()).isEqualTo(6 * USD);
        assertThat(grant(3, START_MS).getDayFreeNanos()).isEqualTo(96 * USD);
        assertThat(grant(3, START_MS).getTotalSettledNanos()).isEqualTo(USD);
    }

    @Test
    void shouldMoveMoneyFromTheLeaseToTheDayWhenItIsCharged() {
        account.request(request(1, 1, START_MS, 10 * USD, terms(100 * USD, -1)).build(), START_MS);

        Account.Charged charged = account.charge(charge(1, 3 * USD));

        assertThat(charged).isEqualTo(new Account.Charged(DAY, false, false, false, false));
        LeaseGrant grant = grant(1, START_MS);
        assertThat(grant.getSettledNanos()).isEqualTo(3 * USD);
        assertThat(grant.getDaySettledNanos()).isEqualTo(3 * USD);
        assertThat(grant.getDayFreeNanos()).isEqualTo(90 * USD);
        assertThat(account.outstandingNanos(DAY)).isEqualTo(7 * USD);
        assertThat(account.spend(DAY)).isEqualTo(CampaignSpend.newBuilder().setCampaignId(Requests.CAMPAIGN)
                .setArm(Requests.ARM).setDay(DAY).setSpendNanos(3 * USD).setBilledImpressions(1).build());
    }

    @Test
    void shouldCountWhatGoesOverALeaseAndLendLess() {
        account.request(request(1, 1, START_MS, 10 * USD, terms(100 * USD, -1)).build(), START_MS);
        account.request(request(1, 2, START_MS, 0, terms(100 * USD, -1)).setReturnedNanos(8 * USD).build(), START_MS);

        assertThat(account.charge(charge(1, USD)).overdrawn()).isFalse();
        assertThat(account.charge(charge(1, 3 * USD)).overdrawn()).isTrue();
        assertThat(account.charge(charge(1, 5 * USD)).overdrawn()).isTrue();

        assertThat(account.state().getOverdrawnNanos()).isEqualTo(7 * USD);
        assertThat(account.outstandingNanos()).isZero();
        assertThat(grant(1, START_MS).getDayFreeNanos()).isEqualTo(91 * USD);
    }

    @Test
    void shouldLendOfOneDayAlthoughAStrangersBillTookTheOtherOverItsBudget() {
        var terms = terms(10 * USD, -1);
        account.request(request(1, 1, START_MS, 10 * USD, terms).build(), START_MS);

        assertThat(account.charge(charge(3, 9 * USD)).late()).isTrue();
        assertThat(account.request(request(1, 2, START_MS, USD, terms).build(), START_MS)).isEqualTo(Outcome.ANSWERED);
        assertThat(account.request(request(2, 1, START_MS, 20 * USD, terms).setBudgetDay(DAY + 1).build(), START_MS))
                .isEqualTo(Outcome.GRANTED);

        // A quarter of what is free: of 10 USD, each day.
        assertThat(account.settledNanos(DAY) + account.outstandingNanos(DAY)).isEqualTo(11 * USD + USD / 2);
        assertThat(account.outstandingNanos(DAY + 1)).isEqualTo(2 * USD + USD / 2);
    }

    @Test
    void shouldChangeNothingWhenARequestIsRepeatedOrOvertaken() {
        var terms = terms(100 * USD, -1);
        account.request(request(1, 2, START_MS, 5 * USD, terms).build(), START_MS);
        var before = account.state();

        for (long sequence : new long[]{2, 1}) {
            assertThat(account.request(request(1, sequence, START_MS, 7 * USD, terms(1, 1)).build(), START_MS + 9))
                    .isEqualTo(Outcome.REPEATED);
        }

        assertThat(account.state()).isEqualTo(before);
        assertThat(Outcome.REPEATED.isAnswered()).isTrue();
    }

    @Test
    void shouldIgnoreWhatIsOlderThanATermOrFromTheFuture() {
        LeaseRequest request = request(1, 1, START_MS, USD, terms(100 * USD, -1)).build();
        var before = account.state();

        assertThat(account.request(request, START_MS + TERM_MS + 1)).isEqualTo(Outcome.STALE);
        assertThat(account.request(request, START_MS - 10_001)).isEqualTo(Outcome.STALE);
        assertThat(account.state()).isEqualTo(before);
        assertThat(account.request(request, START_MS + TERM_MS)).isEqualTo(Outcome.GRANTED);
        assertThat(account.request(request.toBuilder().setSequence(2).build(), START_MS - 10_000))
                .isEqualTo(Outcome.GRANTED);
    }

    static Stream<UnaryOperator<LeaseRequest.Builder>> malformed() {
        return Stream.of(r -> r.setBidder(""), r -> r.setBidder("b".repeat(201)), r -> r.setLeaseId(0),
                r -> r.setCampaignId("boots"), r -> r.setArm("control"), r -> r.setSequence(0),
                r -> r.setTimeMs(-1), r -> r.setWantNanos(-1), r -> r.setWantNanos(Long.MAX_VALUE),
                r -> r.setReturnedNanos(-1), r -> r.setOpportunities(-1), r -> r.setBudgetDay(DAY + 2),
                r -> r.setBudgetDay(DAY - 2), r -> r.clearTerms(),
                r -> r.setTerms(r.getTerms().toBuilder().setTimeZone("Mars/Olympus")),
                r -> r.setTerms(r.getTerms().toBuilder().setDailyNanos(-2)),
                r -> r.setTerms(r.getTerms().toBuilder().setTotalNanos(Long.MAX_VALUE)),
                r -> r.setTerms(r.getTerms().toBuilder().setTargetCpcNanos(-1)),
                r -> r.setTerms(r.getTerms().toBuilder().setPacingValue(99)));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldRefuseWhatContradictsItself(UnaryOperator<LeaseRequest.Builder> wrong) {
        var before = account.state();

        assertThat(account.request(wrong.apply(request(1, 1, START_MS, USD, terms(100 * USD, -1))).build(), START_MS))
                .isEqualTo(Outcome.MALFORMED);
        assertThat(account.state()).isEqualTo(before);
    }

    @Test
    void shouldRefuseWhoGivesBackMoreThanItHadOrUsesAnothersLease() {
        var terms = terms(100 * USD, -1);
        account.request(request(1, 1, START_MS, USD, terms).build(), START_MS);

        assertThat(account.request(request(1, 2, START_MS, 0, terms).setReturnedNanos(USD + 1).build(), START_MS))
                .isEqualTo(Outcome.MALFORMED);
        assertThat(account.request(request(1, 2, START_MS, 0, terms).setBidder("another").build(), START_MS))
                .isEqualTo(Outcome.MALFORMED);
        assertThat(account.request(request(1, 2, START_MS, 0, terms).setBudgetDay(DAY + 1).build(), START_MS))
                .isEqualTo(Outcome.MALFORMED);
    }

    @Test
    void shouldRefuseLeasesBeyondTheirNumber() {
        var few = Account.opened(Requests.CAMPAIGN, Requests.ARM, Requests.config(Map.of("ledger.leases-max", "1")));

        few.request(request(1, 1, START_MS, USD, terms(100 * USD, -1)).build(), START_MS);

        assertThat(few.request(request(2, 1, START_MS, USD, terms(100 * USD, -1)).build(), START_MS))
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    void shouldHoldWhatALeaseHadUntilNoBillCanComeAndNeverOpenItAgain() {
        var terms = terms(100 * USD, -1);
        account.request(request(1, 1, START_MS, 10 * USD, terms).build(), START_MS);
        long endMs = START_MS + TERM_MS + HOLD_MS;

        assertThat(account.dueMs(0)).isEqualTo(account.state().getPacing().getStepMs() + 10_000);
        assertThat(account.forget(endMs - 1, 0).gone()).isEmpty();
        assertThat(account.outstandingNanos()).isEqualTo(10 * USD);
        Account.Forgotten forgotten = account.forget(endMs, 0);

        assertThat(forgotten).isEqualTo(new Account.Forgotten(List.of(1L), 1));
        assertThat(account.outstandingNanos()).isZero();
        assertThat(account.charge(charge(1, USD))).isEqualTo(new Account.Charged(DAY, true, false, false, false));
        assertThat(account.spend(DAY).getLateNanos()).isEqualTo(USD);
        // Who comes back is told that it is over, as long as it asks.
        long laterMs = endMs + TERM_MS + HOLD_MS - 1;
        assertThat(account.request(request(1, 2, laterMs, USD, terms).build(), laterMs)).isEqualTo(Outcome.ANSWERED);
        assertThat(grant(1, laterMs).getState()).isEqualTo(LeaseState.LEASE_CLOSED);
        assertThat(grant(1, laterMs).getGrantedNanos()).isZero();
        assertThat(account.forget(laterMs + TERM_MS + HOLD_MS - 1, 0).gone()).isEmpty();
        assertThat(account.forget(laterMs + TERM_MS + HOLD_MS, 0)).isEqualTo(
                new Account.Forgotten(List.of(1L), 0));
        assertThat(account.state().getLeaseCount()).isZero();
        assertThat(account.dueMs(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldHoldLeasesAnewWhenTheLedgerWasAway() {
        account.request(request(1, 1, START_MS, 10 * USD, terms(100 * USD, -1)).build(), START_MS);
        long backMs = START_MS + 10 * HOLD_MS;

        assertThat(account.forget(backMs, backMs).gone()).isEmpty();
        assertThat(account.forget(backMs + HOLD_MS - 1, backMs).gone()).isEmpty();
        assertThat(account.forget(backMs + HOLD_MS, backMs).gone()).containsExactly(1L);
    }

    @Test
    void shouldGrantNothingToALeaseThatIsClosingAndTakeWhatItGivesBack() {
        var terms = terms(100 * USD, -1);
        account.request(request(1, 1, START_MS, 10 * USD, terms).build(), START_MS);

        LeaseRequest closing = request(1, 2, START_MS, 5 * USD, terms).setClosing(true).setReturnedNanos(6 * USD)
                .build();
        assertThat(account.request(closing, START_MS)).isEqualTo(Outcome.ANSWERED);
        assertThat(grant(1, START_MS).getState()).isEqualTo(LeaseState.LEASE_CLOSED);
        assertThat(account.outstandingNanos()).isEqualTo(4 * USD);
        assertThat(account.openLeases()).isEmpty();
        account.request(request(1, 3, START_MS + 5, 5 * USD, terms).setClosing(true).setReturnedNanos(7 * USD).build(),
                START_MS + 5);
        assertThat(account.outstandingNanos()).isEqualTo(3 * USD);
        // Bills of its last bids are no late ones.
        assertThat(account.charge(charge(1, USD)).late()).isFalse();

        assertThat(account.forget(START_MS + HOLD_MS - 1, 0).gone()).isEmpty();
        assertThat(account.forget(START_MS + HOLD_MS, 0)).isEqualTo(
                new Account.Forgotten(List.of(1L), 0));
    }

    @Test
    void shouldNotKnowAgainWhoGivesBackWhatItWasNeverGranted() {
        assertThat(account.request(request(1, 4, START_MS, USD, terms(100 * USD, -1)).setReturnedNanos(3).build(),
                START_MS)).isEqualTo(Outcome.ANSWERED);

        assertThat(grant(1, START_MS).getState()).isEqualTo(LeaseState.LEASE_CLOSED);
        assertThat(account.outstandingNanos()).isZero();
    }

    @Test
    void shouldGrantNoMoreWhenABudgetIsLowered() {
        account.request(request(1, 1, START_MS, 10 * USD, terms(100 * USD, -1)).build(), START_MS);
        account.charge(charge(1, 4 * USD));

        assertThat(account.request(request(1, 2, START_MS, USD, terms(5 * USD, -1)).build(), START_MS))
                .isEqualTo(Outcome.ANSWERED);
        assertThat(grant(1, START_MS).getDayFreeNanos()).isZero();
        account.charge(charge(1, USD));
        assertThat(grant(1, START_MS).getState()).isEqualTo(LeaseState.LEASE_DAY_SPENT);
        assertThat(account.request(request(1, 3, START_MS, USD, terms(-1, 5 * USD)).build(), START_MS))
                .isEqualTo(Outcome.ANSWERED);
        assertThat(grant(1, START_MS).getState()).isEqualTo(LeaseState.LEASE_TOTAL_SPENT);
        assertThat(account.request(request(1, 4, START_MS, USD, terms(-1, -1)).build(), START_MS))
                .isEqualTo(Outcome.GRANTED);
    }

    @Test
    void shouldCountADayInTheCampaignsTimeZone() {
        // half an hour before midnight in Berlin
        long eveningMs = Instant.parse("2026-01-10T22:30:00Z").toEpochMilli();
        int today = (int) Instant.parse("2026-01-10T00:00:00Z").getEpochSecond() / 86_400;
        var berlin = terms(10 * USD, -1).setTimeZone("Europe/Berlin");
        account.request(request(1, 1, eveningMs, USD, berlin).setBudgetDay(today).build(), eveningMs);
        account.request(request(2, 1, eveningMs, USD, berlin).setBudgetDay(today + 1).build(), eveningMs);
        assertThat(grant(1, eveningMs).getDayFreeNanos()).isEqualTo(9 * USD);
        assertThat(grant(1, eveningMs).getTrafficLeft()).isCloseTo(0.5 / 24, within(1e-12));
        assertThat(grant(2, eveningMs).getTrafficLeft()).isEqualTo(1);

        long nightMs = Instant.parse("2026-01-10T23:00:11Z").toEpochMilli();
        assertThat(account.request(request(1, 2, nightMs, USD, berlin).setBudgetDay(today).build(), nightMs))
                .isEqualTo(Outcome.ANSWERED);
        assertThat(grant(1, nightMs).getState()).isEqualTo(LeaseState.LEASE_CLOSED);
        assertThat(account.request(request(2, 2, nightMs, USD, berlin).setBudgetDay(today + 1).build(), nightMs))
                .isEqualTo(Outcome.GRANTED);
        assertThat(grant(2, nightMs).getState()).isEqualTo(LeaseState.LEASE_OPEN);
    }

    @Test
    void shouldChargeBidsWithoutALeaseOnTheDayOfTheBid() {
        Settlement unleased = charge(0, 3).toBuilder().clearBudgetDay().build();

        assertThat(account.charge(unleased)).isEqualTo(new Account.Charged(DAY, false, false, false, false));
        assertThat(account.charge(charge(0, 3).toBuilder().setBudgetDay(DAY - 1).build()).day()).isEqualTo(DAY - 1);
        assertThat(account.charge(charge(0, 3).toBuilder().setBudgetDay(DAY - 2).build()))
                .isEqualTo(new Account.Charged(DAY, false, false, true, false));
        assertThat(account.spend(DAY).getSpendNanos()).isEqualTo(6);
        assertThat(account.spend(DAY).getLateNanos()).isZero();
    }

    @Test
    void shouldKeepDaysInOrderAndForgetTheOldOnesButNotTheirMoney() {
        for (int day : new int[]{DAY, DAY - 3, DAY + 1, DAY - 1}) {
            account.charge(charge(0, 7).toBuilder().setBudgetDay(day).setBidTimeMs(day * 86_400_000L).build());
        }
        assertThat(account.state().getDayList()).extracting(day -> day.getDay()).containsExactly(DAY - 3, DAY - 1, DAY,
                DAY + 1);

        account.forget(START_MS + 12 * 86_400_000L, 0);

        assertThat(account.state().getDayList()).extracting(day -> day.getDay()).containsExactly(DAY - 1, DAY,
                DAY + 1);
        assertThat(account.charge(charge(0, 7).toBuilder().setBudgetDay(DAY - 3)
                .setBidTimeMs((DAY - 3) * 86_400_000L).build()).dayForgotten()).isTrue();
        assertThat(account.settledNanos()).isEqualTo(35);
        assertThat(account.settledNanos(DAY - 3)).isZero();
    }

    @Test
    void shouldLendAClicksWorthForEachClickAndOneMoreWhenSteeredToACostPerClick() {
        var terms = terms(-1, -1).setTargetCpcNanos(2 * USD);
        account.request(request(1, 1, START_MS, 9 * USD, terms).build(), START_MS);
        account.request(request(1, 2, START_MS, 9 * USD, terms).build(), START_MS);
        account.request(request(1, 3, START_MS, 9 * USD, terms).build(), START_MS);
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(2 * USD);

        account.charge(charge(1, 2 * USD));
        account.click();
        account.click();
        account.request(request(1, 4, START_MS, 9 * USD, terms).build(), START_MS);

        // 2 x (2 + 1) less the 2 that were paid: 4, of which the least slice is 1
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(3 * USD);
        for (int sequence = 5; sequence < 20; sequence++) {
            account.request(request(1, sequence, START_MS, 9 * USD, terms).build(), START_MS);
        }
        assertThat(grant(1, START_MS).getGrantedNanos()).isEqualTo(6 * USD);
    }

    @Test
    void shouldGoOnFromItsStateAsIfItHadNotBeenAway() {
        var terms = terms(100 * USD, 200 * USD);
        account.request(request(1, 1, START_MS, 10 * USD, terms).build(), START_MS);
        account.charge(charge(1, USD));

        var restored = new Account(account.state(), config);

        for (Account one : new Account[]{account, restored}) {
            one.request(request(1, 2, START_MS + 5, 10 * USD, terms).build(), START_MS + 5);
            one.charge(charge(1, 3 * USD));
            one.pace(START_MS + 20_000);
        }
        assertThat(restored.state()).isEqualTo(account.state());
        assertThat(restored.grant(1, START_MS + 20_000)).isEqualTo(account.grant(1, START_MS + 20_000));
    }
}
