package io.sextant.controller.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A day of a budget, from midnight to midnight in the campaign's time zone: 23 to 25 hours.
 *
 * @param number counted from the epoch
 * @param zone   the campaign's
 * @param fromMs when it begins, milliseconds since the epoch
 * @param toMs   when the next one begins
 */
record BudgetDay(int number, ZoneId zone, long fromMs, long toMs) {
    /** Hours of the clock. */
    static final int HOURS = 24;
    static final long HOUR_MS = Duration.ofHours(1).toMillis();

    /** The day that a time lies in. */
    static BudgetDay at(long timeMs, ZoneId zone) {
        LocalDate date = Instant.ofEpochMilli(timeMs).atZone(zone).toLocalDate();
        return new BudgetDay(Math.toIntExact(date.toEpochDay()), zone, startMs(date, zone),
                startMs(date.plusDays(1), zone));
    }

    /** Number of the day that a time lies in. */
    static int number(long timeMs, ZoneId zone) {
        return Math.toIntExact(Instant.ofEpochMilli(timeMs).atZone(zone).toLocalDate().toEpochDay());
    }

    private static long startMs(LocalDate date, ZoneId zone) {
        return date.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    /** When the hour of the clock began that a time lies in. */
    static long hourStartMs(long timeMs, ZoneId zone) {
        return Instant.ofEpochMilli(timeMs).atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant().toEpochMilli();
    }

    /** The hour of the clock that a time lies in, 0 to 23. */
    static int hour(long timeMs, ZoneId zone) {
        return Instant.ofEpochMilli(timeMs).atZone(zone).getHour();
    }

    /**
     * Part of the day's traffic that comes before a time, 0 to 1.
     *
     * @param hours traffic in each hour of the clock, 24 numbers, none below 0; empty where all hours are alike
     */
    double share(long timeMs, List<Double> hours) {
        double total = traffic(toMs, hours);
        return total > 0
                ? Math.clamp(traffic(timeMs, hours) / total, 0, 1)
                : Math.clamp((timeMs - fromMs) / (double) (toMs - fromMs), 0, 1);
    }

    /** The day's traffic up to a time, in units of {@code hours}; in hours of time where that is empty. */
    double traffic(long untilMs, List<Double> hours) {
        double traffic = 0;
        for (long hourMs = fromMs; hourMs < Math.min(untilMs, toMs); hourMs += HOUR_MS) {
            double part = Math.min(HOUR_MS, Math.min(untilMs, toMs) - hourMs) / (double) HOUR_MS;
            traffic += part * (hours.isEmpty() ? 1 : hours.get(hour(hourMs, zone)));
        }
        return traffic;
    }
}
