package io.sextant.bidder.spending;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A day of a budget.
 *
 * @param number  counted from the epoch in the campaign's time zone
 * @param fromMs  when it begins, milliseconds since the epoch
 * @param untilMs when the next one begins
 */
record BudgetDay(int number, long fromMs, long untilMs) {
    /** The day that a time lies in. */
    static BudgetDay at(long timeMs, ZoneId zone) {
        return of(Instant.ofEpochMilli(timeMs).atZone(zone).toLocalDate(), zone);
    }

    private static BudgetDay of(LocalDate day, ZoneId zone) {
        return new BudgetDay(Math.toIntExact(day.toEpochDay()), startMs(day, zone), startMs(day.plusDays(1), zone));
    }

    /** The day after this one. */
    BudgetDay next(ZoneId zone) {
        return of(LocalDate.ofEpochDay(number + 1L), zone);
    }

    private static long startMs(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
