package io.sextant.abtesting.policy;

import java.util.SplittableRandom;

/** The policy that is asked about: what it would do where a logged decision was made. Implementations are immutable. */
public interface TargetPolicy {
    /** For people. */
    String name();

    /**
     * Probability that it would do this there; over all actions the probabilities add up to 1.
     *
     * @param row    number of the logged decision
     * @param action number of the action
     */
    double probability(int row, int action);

    /** Whether it is known from a sample of its own decisions only. */
    default boolean estimated() {
        return false;
    }

    /** The same policy as another sample of its decisions would show it; itself where it is known. */
    default TargetPolicy redrawn(SplittableRandom random) {
        return this;
    }

    /** Each action as often as any other. */
    static TargetPolicy uniform(LoggedDecisions decisions) {
        double share = 1.0 / decisions.actionNames().size();
        return of("uniform over " + decisions.actionNames().size() + " actions", (_, _) -> share);
    }

    /**
     * One action, always.
     *
     * @throws IllegalArgumentException if the log knows no such action
     */
    static TargetPolicy always(LoggedDecisions decisions, String action) {
        int number = decisions.actionNames().indexOf(action);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "there is no action " + action + "; the log has " + decisions.actionNames());
        }
        return of("always " + action, (_, other) -> other == number ? 1 : 0);
    }

    /** A policy of known probabilities. */
    static TargetPolicy of(String name, Probabilities probabilities) {
        return new TargetPolicy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public double probability(int row, int action) {
                return probabilities.of(row, action);
            }
        };
    }

    /** Probability of an action where a logged decision was made. */
    @FunctionalInterface
    interface Probabilities {
        /** See {@link TargetPolicy#probability}. */
        double of(int row, int action);
    }
}
