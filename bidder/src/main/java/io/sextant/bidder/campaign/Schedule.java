package io.sextant.bidder.campaign;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The hours of the week in which a campaign bids.
 *
 * @param zone        the campaign's time zone, daylight saving included
 * @param activeHours hours of the week, 0 (Monday 00:00 to 00:59) to 167, rising; empty means always
 */
public record Schedule(ZoneId zone, List<Integer> activeHours) {
    /** Hours of a week. */
    public static final int HOURS = 7 * 24;
    /** At every hour. */
    public static final Schedule ALWAYS = new Schedule(ZoneOffset.UTC, List.of());

    public Schedule {
        activeHours = List.copyOf(activeHours);
    }
}
