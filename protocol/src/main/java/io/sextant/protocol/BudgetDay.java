package io.sextant.protocol;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A day of a budget, from midnight to midnight in the campaign's time zone: 23 to 25 hours. Bidders and ledger have to agree on
 * the day that a time lies in.
 *
 * @param number  counted from the epoch
 * @param zone    the campaign's
 * @param fromMs  when it begins, milliseconds since the epoch
 * @param untilMs when the next one begins
 */
public record BudgetDay(int number, ZoneId zone, long fromMs, long untilMs) {
    /** The day that a time lies in. */
    public static BudgetDay at(long timeMs, ZoneId zone) {
        return of(date(timeMs, zone), zone);
    }

    /** Number of the day that a time lies in. */
    public static int number(long timeMs, ZoneId zone) {
        return Math.toIntExact(date(timeMs, zone).toEpochDay());
    }

    /** The day after this one. */
    public BudgetDay next() {
        return of(LocalDate.ofEpochDay(number + 1L), zone);
    }

    private static BudgetDay of(LocalDate day, ZoneId zone) {
        return new BudgetDay(Math.toIntExact(day.toEpochDay()), zone, startMs(day, zone),
                startMs(day.plusDays(1), zone));
    }

    private static LocalDate date(long timeMs, ZoneId zone) {
        return Instant.ofEpochMilli(timeMs).atZone(zone).toLocalDate();
    }

    private static long startMs(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
