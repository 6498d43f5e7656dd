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
 * @param spentNanos  when all bills had come
 * @param impressions that were paid
 * @param lateNanos   of it, what was charged after its lease had been forgotten
 * @param mostNanos   settled and outstanding together at their highest
 */
record PacedDay(@JsonProperty("day") int day, @JsonProperty("budget_nanos") long budgetNanos,
        @JsonProperty("settled_nanos") List<Long> settled, @JsonProperty("planned_nanos") List<Long> planned,
        @JsonProperty("spent_nanos") long spentNanos, @JsonProperty("impressions") long impressions,
        @JsonProperty("late_nanos") long lateNanos, @JsonProperty("most_nanos") long mostNanos) {

    /** Spend over plan, less one, at the end of an hour, 1 to 24. */
    double off(int hours) {
        return (double) settled.get(hours - 1) / planned.get(hours - 1) - 1;
    }

    /** The farthest that spend was from its plan at the end of any hour after the first. */
    double worstOff() {
        return IntStream.rangeClosed(2, HourlyTraffic.HOURS).mapToDouble(hours -> Math.abs(off(hours))).max()
                .orElseThrow();
    }

    /** The same in parts of the day's budget. */
    double worstOffOfBudget() {
        return IntStream.rangeClosed(2, HourlyTraffic.HOURS)
                .mapToDouble(hours -> Math.abs(settled.get(hours - 1) - planned.get(hours - 1)) / (double) budgetNanos)
                .max().orElseThrow();
    }

    /** Spend over budget. */
    double spentShare() {
        return (double) spentNanos / budgetNanos;
    }
}
