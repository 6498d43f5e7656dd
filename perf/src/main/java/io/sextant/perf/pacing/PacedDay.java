package io.sextant.perf.pacing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one account spent on one day.
 *
 * @param day         from 0
 * @param budgetNanos of the day
 * @param settled     by the end of each hour, nanos
 * @param planned     by the end of each hour, nanos
 * @param shortHours  whether everything was let pass at the end of an hour: demand is short, or has just been
 * @param spentNanos  when all bills had come
 * @param impressions that were paid
 * @param lateNanos   of it, what was charged after its lease had been forgotten
 * @param mostNanos   settled and outstanding together at their highest
 */
record PacedDay(@JsonProperty("day") int day, @JsonProperty("budget_nanos") long budgetNanos,
        @JsonProperty("settled_nanos") List<Long> settled, @JsonProperty("planned_nanos") List<Long> planned,
        @JsonProperty("short_of_demand") List<Boolean> shortHours, @JsonProperty("spent_nanos") long spentNanos,
        @JsonProperty("impressions") long impressions,
        @JsonProperty("late_nanos") long lateNanos, @JsonProperty("most_nanos") long mostNanos) {

    /** Spend over plan, less one, at the end of an hour, 1 to 24. */
    double off(int hours) {
        return (double) settled.get(hours - 1) / planned.get(hours - 1) - 1;
    }

    /** The farthest that spend was from its plan at the end of any hour after the first, where demand was not short. */
    double worstOff() {
        return enough().mapToDouble(hours -> Math.abs(off(hours))).max().orElse(Double.NaN);
    }

    /** The same in impressions. */
    double worstOffImpressions() {
        return enough().mapToDouble(hours -> Math.abs(settled.get(hours - 1) - planned.get(hours - 1))).max()
                .orElse(Double.NaN) * impressions / spentNanos;
    }

    /** Hours after the first in which demand was short. */
    long hoursShort() {
        return HourlyTraffic.HOURS - 1 - enough().count();
    }

    private IntStream enough() {
        return IntStream.rangeClosed(2, HourlyTraffic.HOURS).filter(hours -> !shortHours.get(hours - 1));
    }

    /** Spend over budget. */
    double spentShare() {
        return (double) spentNanos / budgetNanos;
    }
}
