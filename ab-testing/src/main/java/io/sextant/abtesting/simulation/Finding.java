package io.sextant.abtesting.simulation;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One line of the check: a number that was measured, and the range that it has to be in.
 *
 * @param part     the simulation
 * @param what     what was measured, in a few words
 * @param runs     number of simulated experiments behind it
 * @param measured usually a share of runs, 0..1
 * @param low      lowest that is right; null where the number is shown for what it is
 * @param high     highest that is right; null where there is no bound
 */
public record Finding(@JsonProperty("part") String part, @JsonProperty("what") String what,
        @JsonProperty("runs") int runs, @JsonProperty("measured") double measured,
        @JsonProperty("low") @Nullable Double low, @JsonProperty("high") @Nullable Double high) {
    private static final double DEVIATIONS = 3;

    /** A share of runs that has to be {@code expected}, give or take three deviations of a share of so many runs. */
    static Finding near(Simulation part, String what, Outcomes outcomes, int column, double expected) {
        double reach = reach(outcomes.runs(), expected);
        return new Finding(part.name(), what, outcomes.runs(), outcomes.mean(column), Math.max(0, expected - reach),
                Math.min(1, expected + reach));
    }

    /** A share of runs that may be {@code highest}; three deviations more only where {@code slack}. */
    static Finding atMost(Simulation part, String what, Outcomes outcomes, int column, double highest, boolean slack) {
        return new Finding(part.name(), what, outcomes.runs(), outcomes.mean(column), 0.0,
                highest + (slack ? reach(outcomes.runs(), highest) : 0));
    }

    /** A share of runs that shows what goes wrong, {@code lowest} or more. */
    static Finding atLeast(Simulation part, String what, Outcomes outcomes, int column, double lowest) {
        return new Finding(part.name(), what, outcomes.runs(), outcomes.mean(column), lowest, null);
    }

    /** A number that is no test of anything here, but of those who would believe it. */
    static Finding shown(Simulation part, String what, Outcomes outcomes, double measured) {
        return new Finding(part.name(), what, outcomes.runs(), measured, null, null);
    }

    private static double reach(int runs, double share) {
        return DEVIATIONS * Math.sqrt(share * (1 - share) / runs);
    }

    /** Whether the number is where it has to be; true where it may be anything. */
    @JsonProperty("holds")
    public boolean holds() {
        return !(low != null && !(measured >= low)) && !(high != null && !(measured <= high));
    }
}
