package io.sextant.bidder.campaign;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which campaigns' hours it is. Hot path; the answer is computed anew only when a quarter of an hour has passed, the finest step
 * between the world's time zones.
 *
 * <p>
 * Threading: immutable; the answer is kept in the loop's scratch.
 */
final class Schedules {
    private static final long QUARTER_MS = 15 * 60 * 1000L;
    private static final int HOUR_SECONDS = 3600;
    /** The epoch began on a Thursday, 72 hours into a week that starts on Monday. */
    private static final int EPOCH_HOUR = 72;

    private final Schedule[] schedules;
    private final Postings campaignsOf;

    Schedules(Campaign[] campaigns, int words) {
        Map<Schedule, Integer> numbers = new LinkedHashMap<>();
        var lists = new Postings.Builder(words);
        for (int campaign = 0; campaign < campaigns.length; campaign++) {
            lists.add(numbers.computeIfAbsent(campaigns[campaign].schedule(), _ -> numbers.size()), campaign);
        }
        this.schedules = numbers.keySet().toArray(Schedule[]::new);
        this.campaignsOf = lists.build();
    }

    /** Makes {@code scratch.active} the campaigns that bid at this time. */
    void refresh(long nowMs, MatchScratch scratch) {
        long quarter = Math.floorDiv(nowMs, QUARTER_MS);
        if (scratch.activeQuarter == quarter) {
            return;
        }
        Arrays.fill(scratch.active, 0);
        for (int i = 0; i < schedules.length; i++) {
            if (isActive(schedules[i], nowMs)) {
                campaignsOf.addTo(i, scratch.active);
            }
        }
        scratch.activeQuarter = quarter;
    }

    private static boolean isActive(Schedule schedule, long nowMs) {
        if (schedule.activeHours().isEmpty()) {
            return true;
        }
        int offset = schedule.zone().getRules().getOffset(Instant.ofEpochMilli(nowMs)).getTotalSeconds();
        long localHour = Math.floorDiv(Math.floorDiv(nowMs, 1000) + offset, HOUR_SECONDS);
        return schedule.activeHours().contains(Math.floorMod(localHour + EPOCH_HOUR, Schedule.HOURS));
    }
}
