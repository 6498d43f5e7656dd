package io.sextant.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.LedgerConfig.PacingConfig;
import io.sextant.controller.state.PacingState;
import io.sextant.protocol.BudgetDay;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.Pacing;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final long MIDNIGHT_MS = Instant.parse("2026-03-10T00:00:00Z").toEpochMilli();
    private static final int STEP_MS = 10_000;
    private static final long PRICE_NANOS = 1_000_000;

    private final PacingConfig config = Requests.config(Map.of()).pacing();

    /* Opportunities come, a part is let pass, half of that is won, and bills come a minute later. */
    private final class Day {
        private final Pacer pacer = new Pacer(config, 50_000_000);
        private final PacingState.Builder state = Pacer.start().toBuilder();
        private final ArrayDeque<Integer> unbilled = new ArrayDeque<>(List.of(0, 0, 0, 0, 0, 0));
        private final Random random = new Random(3);
        private final BudgetTerms terms;
        private final IntToDoubleFunction opportunitiesASecond;
        private long nanos;
        private long dayNanos;
        private long impressions;
        private double widestJump;

        Day(Pacing pacing, long dailyNanos, IntToDoubleFunction opportunitiesASecond) {
            this.terms = BudgetTerms.newBuilder().setDailyNanos(dailyNanos).setTotalNanos(-1).setTimeZone("UTC")
                    .setPacing(pacing).build();
            this.opportunitiesASecond = opportunitiesASecond;
        }

        /* Spend over plan at the end of every hour. */
        List<Double> run(int day) {
            List<Double> ratios = new ArrayList<>();
            dayNanos = 0;
            long bought = 0;
            long fromMs = MIDNIGHT_MS + day * 86_400_000L;
            for (long ms = fromMs; ms < fromMs + 86_400_000L; ms += STEP_MS) {
                double mean = opportunitiesASecond.applyAsDouble((int) ((ms - fromMs) / 3_600_000)) * STEP_MS / 1000;
                long opportunities = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
                int won = 0;
                for (long i = 0; i < opportunities; i++) {
                    won += random.nextDouble() < state.getPass() / 2 ? 1 : 0;
                }
                won = (int) Math.min(won, terms.getDailyNanos() / PRICE_NANOS - bought);
                bought += won;
                unbilled.add(won);
                int billed = unbilled.remove();
                nanos += billed * PRICE_NANOS;
                dayNanos += billed * PRICE_NANOS;
                impressions += billed;
                pacer.opportunities(state, opportunities, UTC, ms + STEP_MS - 1);
                double before = state.getPass();
                var spent = new Pacer.Spent(dayNanos, nanos, impressions, 0);
                pacer.step(state, terms, UTC, spent, ms + STEP_MS - 1);
                if (day > 0) {
                    widestJump = Math.max(widestJump, Math.abs(state.getPass() - before));
                }
                if ((ms + STEP_MS) % 3_600_000 == 0) {
                    ratios.add(dayNanos / pacer.planNanos(state, terms, UTC, spent, ms + STEP_MS - 1));
                }
            }
            return ratios;
        }
    }

    private static double shape(int hour) {
        return hour < 7 ? 5 : 20;
    }

    @Test
    void shouldSpendEvenlyWhateverTheTrafficDoesAndGoOnSoOverMidnight() {
        var day = new Day(Pacing.PACING_EVEN, 200_000 * PRICE_NANOS, PacerTest::shape);

        List<Double> first = day.run(0);
        List<Double> second = day.run(1);

        assertThat(first.subList(2, 24)).allSatisfy(ratio -> assertThat(ratio).isCloseTo(1, within(0.02)));
        assertThat(second.subList(1, 24)).allSatisfy(ratio -> assertThat(ratio).isCloseTo(1, within(0.02)));
        assertThat(first.getLast()).isBetween(0.98, 1.0001);
        assertThat(day.widestJump).isLessThan(0.25);
    }

    @Test
    void shouldSpendAsTrafficComesOnceADayOfItHasBeenSeen() {
        var day = new Day(Pacing.PACING_TRAFFIC, 200_000 * PRICE_NANOS, PacerTest::shape);

        day.run(0);
        day.run(1);
        List<Double> third = day.run(2);

        assertThat(third.subList(1, 24)).allSatisfy(ratio -> assertThat(ratio).isCloseTo(1, within(0.02)));
        assertThat(third.getLast()).isBetween(0.98, 1.0001);
        double total = 7 * 5 + 17 * 20;
        assertThat(day.state.getPlanList()).hasSize(24);
        assertThat(DayTraffic.share(BudgetDay.at(MIDNIGHT_MS + 7 * 3_600_000, UTC), MIDNIGHT_MS + 7 * 3_600_000,
                day.state.getPlanList())).isCloseTo(35 / total, within(0.01));
    }

    @Test
    void shouldSpendAHandfulOfImpressionsOverTheDay() {
        var day = new Day(Pacing.PACING_EVEN, 5 * PRICE_NANOS, PacerTest::shape);

        long spent = 0;
        for (int number = 0; number < 10; number++) {
            List<Double> ratios = day.run(number);
            spent += day.dayNanos;
            if (number > 0) {
                // by noon neither none nor all
                assertThat(ratios.get(11) * 2.5).isBetween(0.9, 4.1);
            }
        }
        assertThat(spent).isGreaterThanOrEqualTo(40 * PRICE_NANOS);
    }

    @Test
    void shouldLetAllPassWhenDemandIsShortOrTheBudgetIsNotSpread() {
        var poor = new Day(Pacing.PACING_EVEN, 10_000_000 * PRICE_NANOS, PacerTest::shape);
        poor.run(0);
        assertThat(poor.state.getPass()).isGreaterThan(0.999);

        var asap = new Day(Pacing.PACING_ASAP, 200_000 * PRICE_NANOS, PacerTest::shape);
        asap.run(0);
        assertThat(asap.state.getPass()).isEqualTo(1);
    }

    @Property(tries = 30, seed = "1")
    void shouldKeepProbabilitiesAndFactorsInTheirBounds(@ForAll @DoubleRange(max = 200) double rate,
            @ForAll @DoubleRange(max = 1) double budgetShare) {
        var day = new Day(Pacing.PACING_EVEN, Math.round(budgetShare * 1_000_000) * PRICE_NANOS, _ -> rate);
        for (long step = 0; step < 200; step++) {
            day.pacer.opportunities(day.state, Math.round(rate), UTC, MIDNIGHT_MS + step * 7_001);
            day.pacer.step(day.state, day.terms, UTC, new Pacer.Spent(step * step, step * step, step, step / 9),
                    MIDNIGHT_MS + step * 7_001);
            assertThat(day.state.getPass()).isBetween(0.0, 1.0);
            assertThat(day.state.getBidFactor()).isEqualTo(1);
        }
    }

    @Test
    void shouldLowerBidsUntilAClickCostsItsTarget() {
        var pacer = new Pacer(config, 1);
        PacingState.Builder state = Pacer.start().toBuilder();
        BudgetTerms terms = BudgetTerms.newBuilder().setDailyNanos(-1).setTotalNanos(-1).setTargetCpcNanos(1_000)
                .build();
        double nanos = 0;
        double clicks = 0;
        // A click costs 2,500 at bids as they are, and less in proportion; some come at every step.
        for (int step = 1; step <= 2_000; step++) {
            clicks += 0.5;
            nanos += 0.5 * 2_500 * state.getBidFactor();
            pacer.step(state, terms, UTC, new Pacer.Spent(0, (long) nanos, (long) clicks, (long) clicks),
                    MIDNIGHT_MS + step * 10_000L);
        }
        assertThat(state.getBidFactor()).isCloseTo(0.4, within(0.03));
        assertThat(nanos / clicks).isCloseTo(1_000, within(30.0));
    }

    @Test
    void shouldCountTheHoursOfDaysThatAreNotTwentyFourHoursLong() {
        // On 29 March 2026 the hour from two to three is left out, on 25 October it comes twice.
        long springMs = Instant.parse("2026-03-29T12:00:00Z").toEpochMilli();
        long autumnMs = Instant.parse("2026-10-25T12:00:00Z").toEpochMilli();
        List<Double> onlyTwo = new ArrayList<>(Collections.nCopies(24, 0.0));
        onlyTwo.set(2, 1.0);

        BudgetDay spring = BudgetDay.at(springMs, BERLIN);
        BudgetDay autumn = BudgetDay.at(autumnMs, BERLIN);

        assertThat(spring.untilMs() - spring.fromMs()).isEqualTo(23 * 3_600_000);
        assertThat(autumn.untilMs() - autumn.fromMs()).isEqualTo(25 * 3_600_000);
        assertThat(DayTraffic.share(autumn, autumn.fromMs() + 3 * 3_600_000, onlyTwo)).isEqualTo(0.5);
        assertThat(DayTraffic.share(spring, spring.fromMs() + 11 * 3_600_000 + 1_800_000, onlyTwo)).isEqualTo(0.5);
        assertThat(DayTraffic.share(autumn, autumn.untilMs(), List.of())).isEqualTo(1);
        assertThat(DayTraffic.share(spring, spring.fromMs() - 1, List.of())).isZero();
    }
}
