package io.sextant.controller.ledger;

import io.sextant.protocol.BudgetDay;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Traffic in the hours of a budget's day, by the clock of the campaign's time zone. */
final class DayTraffic {
    /** Hours of the clock. */
    static final int HOURS = 24;
    static final long HOUR_MS = Duration.ofHours(1).toMillis();

    private DayTraffic() {}

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
    static double share(BudgetDay day, long timeMs, List<Double> hours) {
        double total = traffic(day, day.untilMs(), hours);
        return total > 0
                ? Math.clamp(traffic(day, timeMs, hours) / total, 0, 1)
                : Math.clamp((timeMs - day.fromMs()) / (double) (day.untilMs() - day.fromMs()), 0, 1);
    }

    /** The day's traffic up to a time, in units of {@code hours}; in hours of time where that is empty. */
    static double traffic(BudgetDay day, long untilMs, List<Double> hours) {
        long endMs = Math.min(untilMs, day.untilMs());
        double traffic = 0;
        for (long hourMs = day.fromMs(); hourMs < endMs; hourMs += HOUR_MS) {
            double part = Math.min(HOUR_MS, endMs - hourMs) / (double) HOUR_MS;
            traffic += part * (hours.isEmpty() ? 1 : hours.get(hour(hourMs, day.zone())));
        }
        return traffic;
    }
}
