package io.sextant.abtesting.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decisions of one policy: for each what it could know, what it did, how probable that was, and what came of it. Immutable
 * and thread-safe.
 *
 * <p>
 * Decisions of one round (a person, a page) are not independent of each other: errors are counted by round. Decisions of one
 * stratum (the place on a page, the exchange) have the same policy at the same time.
 */
public final class LoggedDecisions {
    private final List<String> actionNames;
    private final List<String> contextColumns;
    private final List<String> strata;
    private final int[] actions;
    private final double[] propensities;
    private final boolean[] rewards;
    private final int[] rounds;
    private final int[] stratumOf;
    private final long[] timesMs;
    /** [rows * columns], numbered over all columns. */
    private final int[] contexts;
    private final int contextValues;
    private final int roundCount;

    private LoggedDecisions(Builder builder) {
        int n = builder.size;
        this.actionNames = List.copyOf(builder.actionNumbers.names);
        this.contextColumns = builder.contextColumns;
        this.strata = List.copyOf(builder.strata.names);
        this.actions = Arrays.copyOf(builder.actions, n);
        this.propensities = Arrays.copyOf(builder.propensities, n);
        this.rewards = Arrays.copyOf(builder.rewards, n);
        this.rounds = Arrays.copyOf(builder.rounds, n);
        this.stratumOf = Arrays.copyOf(builder.stratumOf, n);
        this.timesMs = Arrays.copyOf(builder.timesMs, n);
        this.contexts = Arrays.copyOf(builder.contexts, n * contextColumns.size());
        this.contextValues = builder.contextNumbers.names.size();
        this.roundCount = builder.roundNumbers.names.size();
    }

    /** Names in the order in which they came. */
    private static final class Numbers {
        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<String> names = new ArrayList<>();

        private int of(String name) {
            return numbers.computeIfAbsent(name, added -> {
                names.add(added);
                return names.size() - 1;
            });
        }
    }

    /** Collects decisions; for one thread. */
    public static final class Builder {
        private static final int SIZE = 1024;

        private final List<String> contextColumns;
        private final Numbers actionNumbers = new Numbers();
        private final Numbers strata = new Numbers();
        private final Numbers roundNumbers = new Numbers();
        private final Numbers contextNumbers = new Numbers();
        private int[] actions = new int[SIZE];
        private double[] propensities = new double[SIZE];
        private boolean[] rewards = new boolean[SIZE];
        private int[] rounds = new int[SIZE];
        private int[] stratumOf = new int[SIZE];
        private long[] timesMs = new long[SIZE];
        private int[] contexts;
        private int size;

        /** @param contextColumns names of what the policy could know of a decision; may be none */
        public Builder(String... contextColumns) {
            this.contextColumns = List.of(contextColumns);
            this.contexts = new int[SIZE * contextColumns.length];
        }

        /** Makes an action known that need not have been taken; actions are numbered in the order in which they come. */
        public Builder action(String name) {
            actionNumbers.of(name);
            return this;
        }

        /**
         * Adds a decision.
         *
         * @param action     what was done
         * @param propensity probability with which it was done, above 0 and at most 1
         * @param reward     whether it paid: a click, a win
         * @param round      who or what the decision belongs to
         * @param stratum    decisions of which the policy is the same at the same time
         * @param timeMs     milliseconds since the epoch
         * @param context    a value of each column
         * @throws IllegalArgumentException if the propensity is out of range, or context has other columns
         */
        public Builder add(String action, double propensity, boolean reward, String round, String stratum, long timeMs,
                String... context) {
            if (!(propensity > 0 && propensity <= 1)) {
                throw new IllegalArgumentException("the propensity is " + propensity
                        + ", must be above 0 and at most 1: what was done had a probability");
            }
            if (context.length != contextColumns.size()) {
                throw new IllegalArgumentException(
                        context.length + " context values, must be " + contextColumns.size());
            }
            grow();
            actions[size] = actionNumbers.of(action);
            propensities[size] = propensity;
            rewards[size] = reward;
            rounds[size] = roundNumbers.of(round);
            stratumOf[size] = strata.of(stratum);
            timesMs[size] = timeMs;
            for (int column = 0; column < context.length; column++) {
                contexts[size * context.length + column] = contextNumbers.of(column + "=" + context[column]);
            }
            size++;
            return this;
        }

        private void grow() {
            if (size < actions.length) {
                return;
            }
            int more = 2 * size;
            actions = Arrays.copyOf(actions, more);
            propensities = Arrays.copyOf(propensities, more);
            rewards = Arrays.copyOf(rewards, more);
            rounds = Arrays.copyOf(rounds, more);
            stratumOf = Arrays.copyOf(stratumOf, more);
            timesMs = Arrays.copyOf(timesMs, more);
            contexts = Arrays.copyOf(contexts, more * contextColumns.size());
        }

        /** Number of decisions so far. */
        public int size() {
            return size;
        }

        /**
         * The decisions.
         *
         * @throws IllegalStateException if there is none
         */
        public LoggedDecisions build() {
            if (size == 0) {
                throw new IllegalStateException("there is no decision");
            }
            return new LoggedDecisions(this);
        }
    }

    /** Number of decisions. */
    public int size() {
        return actions.length;
    }

    /** Everything that could be done, by number. */
    public List<String> actionNames() {
        return actionNames;
    }

    /** Number of what was done. */
    public int action(int row) {
        return actions[row];
    }

    /** Probability with which it was done. */
    public double propensity(int row) {
        return propensities[row];
    }

    /** Whether it paid. */
    public boolean reward(int row) {
        return rewards[row];
    }

    /** 1 if it paid, else 0. */
    double paid(int row) {
        return rewards[row] ? 1 : 0;
    }

    /** Number of decisions that paid. */
    public long rewards() {
        long sum = 0;
        for (boolean reward : rewards) {
            sum += reward ? 1 : 0;
        }
        return sum;
    }

    /** Rounds, numbered from 0. */
    public int rounds() {
        return roundCount;
    }

    int round(int row) {
        return rounds[row];
    }

    List<String> strata() {
        return strata;
    }

    int stratum(int row) {
        return stratumOf[row];
    }

    long timeMs(int row) {
        return timesMs[row];
    }

    /** Columns of context. */
    public int contextColumns() {
        return contextColumns.size();
    }

    /** Number of the value in that column, over all columns. */
    public int context(int row, int column) {
        return contexts[row * contextColumns.size() + column];
    }

    /** Different values over all columns. */
    public int contextValues() {
        return contextValues;
    }
}
