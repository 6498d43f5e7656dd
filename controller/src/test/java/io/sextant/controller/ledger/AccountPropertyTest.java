package io.sextant.controller.ledger;

import static io.sextant.controller.ledger.Requests.DAY;
import static io.sextant.controller.ledger.Requests.START_MS;
import static io.sextant.controller.ledger.Requests.charge;
import static io.sextant.controller.ledger.Requests.request;
import static io.sextant.controller.ledger.Requests.terms;
import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.controller.LedgerConfig;
import io.sextant.controller.state.LedgerAccount;
import io.sextant.controller.state.LedgerDay;
import io.sextant.controller.state.LedgerLease;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/* Whatever is asked, repeated, given back, charged or forgotten, by honest bidders or not. */
class AccountPropertyTest {
    private static final int EVENTS = 400;
    private static final int LEASES = 5;

    private final LedgerConfig config = Requests.config(Map.of("ledger.slice-min", "0.0000001"));

    @Property(tries = 200, seed = "1")
    void shouldNeverLendMoreThanIsLeftOfAnyBound(@ForAll long seed, @ForAll @LongRange(max = 100_000) long dailyNanos,
            @ForAll @LongRange(max = 300_000) long totalNanos,
            @ForAll @IntRange(min = 1, max = 2_000) int targetNanos) {
        var random = new Random(seed);
        Account account = Account.opened(Requests.CAMPAIGN, Requests.ARM, config);
        var terms = terms(dailyNanos, totalNanos).setTargetCpcNanos(targetNanos);
        long nowMs = START_MS;
        long charged = 0;
        long clicks = 0;
        for (int event = 0; event < EVENTS; event++) {
            nowMs += random.nextInt(20_000);
            long lease = 1L + random.nextInt(LEASES);
            int day = DAY + (int) (lease % 2);
            int otherDay = DAY + (int) ((lease + 1) % 2);
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> {
                    long before = granted(account);
                    long otherDayBefore = account.outstandingNanos(otherDay);
                    Account.Outcome outcome = account.request(request(lease, 1 + random.nextInt(event + 1),
                            nowMs - random.nextInt(70_000), random.nextInt(50_000), terms)
                            .setReturnedNanos(random.nextInt(3) == 0 ? random.nextInt(10_000) : 0)
                            .setBudgetDay(day).setClosing(random.nextInt(20) == 0).build(), nowMs);
                    assertThat(granted(account) > before).isEqualTo(outcome == Account.Outcome.GRANTED);
                    if (outcome == Account.Outcome.GRANTED) {
                        assertBounds(account, day, dailyNanos, totalNanos, targetNanos * (clicks + 1));
                        assertThat(account.outstandingNanos(otherDay)).isEqualTo(otherDayBefore);
                    }
                }
                case 3, 4 -> {
                    long nanos = random.nextInt(5_000);
                    account.charge(charge(lease, nanos).toBuilder().setBudgetDay(day).build());
                    charged += nanos;
                    clicks += random.nextInt(3) == 0 ? 1 : 0;
                    while (account.state().getClicks() < clicks) {
                        account.click();
                    }
                }
                default -> account.forget(nowMs, START_MS);
            }
            assertBoundsButForBills(account, dailyNanos, totalNanos, targetNanos * (clicks + 1));
            assertThat(account.settledNanos()).isEqualTo(charged);
            assertThat(account.state().getDayList().stream().mapToLong(LedgerDay::getSettledNanos).sum())
                    .isEqualTo(charged);
            account = new Account(account.state(), config);
        }
    }

    private static long granted(Account account) {
        return account.state().getLeaseList().stream().mapToLong(LedgerLease::getGrantedNanos).sum();
    }

    private static void assertBounds(Account account, int day, long dailyNanos, long totalNanos, long clicksNanos) {
        assertThat(account.settledNanos(day) + account.outstandingNanos(day)).isLessThanOrEqualTo(dailyNanos);
        assertThat(account.settledNanos() + account.outstandingNanos()).isLessThanOrEqualTo(totalNanos)
                .isLessThanOrEqualTo(clicksNanos);
    }

    /* Bills that are late, or above what their lease had, have nothing set aside for them. */
    private static void assertBoundsButForBills(Account account, long dailyNanos, long totalNanos, long clicksNanos) {
        LedgerAccount state = account.state();
        for (LedgerDay day : state.getDayList()) {
            assertThat(account.settledNanos(day.getDay()) + account.outstandingNanos(day.getDay()))
                    .isLessThanOrEqualTo(dailyNanos + day.getLateNanos() + state.getOverdrawnNanos());
        }
        long billsNanos = state.getLateNanos() + state.getOverdrawnNanos();
        assertThat(account.settledNanos() + account.outstandingNanos()).isLessThanOrEqualTo(totalNanos + billsNanos)
                .isLessThanOrEqualTo(clicksNanos + billsNanos);
    }
}
