package io.sextant.abtesting.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A policy of which only a log of its own decisions is known: what it does in a stratum and a period is how often it did it
 * then and there. That is unbiased for a policy that looks at nothing else and changes slowly against the period; the log's
 * propensities, of the chosen actions only, would show rare actions at their most probable. Immutable.
 */
public final class ObservedPolicy implements TargetPolicy {
    /** A stratum and period; the period is -1 for the whole log, which stands in for periods without decisions. */
    private record Cell(String stratum, long period) {}

    private static final long WHOLE = -1;

    /** Where decisions lie, whatever sample is drawn of them; cells are numbered. */
    @SuppressWarnings("ArrayRecordComponent") // columns, never compared
    private record Places(Map<Cell, Integer> cells, int[] ownCell, int[] ownWhole, int[] askedCell, int[] askedWhole,
            int[] actions) {
        static Places of(LoggedDecisions asked, LoggedDecisions own, long periodMs) {
            var cells = new HashMap<Cell, Integer>();
            return new Places(cells, at(cells, own, periodMs), at(cells, own, Long.MAX_VALUE),
                    at(cells, asked, periodMs), at(cells, asked, Long.MAX_VALUE),
                    own.actionNames().stream().mapToInt(asked.actionNames()::indexOf).toArray());
        }

        private static int[] at(Map<Cell, Integer> cells, LoggedDecisions decisions, long periodMs) {
            int[] at = new int[decisions.size()];
            for (int row = 0; row < at.length; row++) {
                long period = periodMs == Long.MAX_VALUE ? WHOLE : decisions.timeMs(row) / periodMs;
                int next = cells.size();
                at[row] = cells.computeIfAbsent(new Cell(decisions.strata().get(decisions.stratum(row)), period),
                        _ -> next);
            }
            return at;
        }
    }

    private final String name;
    private final LoggedDecisions asked;
    private final LoggedDecisions own;
    private final Places places;
    /** [cells][actions]; not numbers where the sample has no decision. */
    private final double[][] shares;

    private ObservedPolicy(String name, LoggedDecisions asked, LoggedDecisions own, Places places,
            int @Nullable [] times) {
        this.name = name;
        this.asked = asked;
        this.own = own;
        this.places = places;
        this.shares = shares(times);
    }

    /**
     * The policy of a log, as far as it can be seen there: exactly uniform where every propensity says so.
     *
     * @param name   for people
     * @param asked  the decisions that it is asked about
     * @param own    its own decisions; every action of them must be known to {@code asked}
     * @param period how long it stays the same, above 0
     * @throws IllegalArgumentException if it takes an action that {@code asked} does not know
     */
    public static TargetPolicy of(String name, LoggedDecisions asked, LoggedDecisions own, Duration period) {
        List<String> unknown = new ArrayList<>(own.actionNames());
        unknown.removeAll(asked.actionNames());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("the log has never seen the actions " + unknown + " of " + name
                    + "; what they would earn cannot be told");
        }
        double share = 1.0 / own.actionNames().size();
        for (int row = 0; row < own.size(); row++) {
            if (Math.abs(own.propensity(row) - share) > 1e-9) {
                return new ObservedPolicy(name, asked, own, Places.of(asked, own, period.toMillis()), null);
            }
        }
        boolean[] known = new boolean[asked.actionNames().size()];
        own.actionNames().forEach(action -> known[asked.actionNames().indexOf(action)] = true);
        return TargetPolicy.of(name + " (uniform over " + own.actionNames().size() + " actions)",
                (_, action) -> known[action] ? share : 0);
    }

    /** @param times how often each round comes; null for once */
    private double[][] shares(int @Nullable [] times) {
        double[][] counts = new double[places.cells.size()][asked.actionNames().size()];
        for (int row = 0; row < own.size(); row++) {
            int weight = times == null ? 1 : times[own.round(row)];
            int action = places.actions[own.action(row)];
            counts[places.ownCell[row]][action] += weight;
            counts[places.ownWhole[row]][action] += weight;
        }
        for (double[] cell : counts) {
            double sum = Arrays.stream(cell).sum();
            for (int action = 0; action < cell.length; action++) {
                cell[action] /= sum;
            }
        }
        return counts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double probability(int row, int action) {
        double share = shares[places.askedCell[row]][action];
        if (!Double.isNaN(share)) {
            return share;
        }
        double whole = shares[places.askedWhole[row]][action];
        return Double.isNaN(whole) ? 1.0 / asked.actionNames().size() : whole;
    }

    @Override
    public boolean estimated() {
        return true;
    }

    @Override
    public TargetPolicy redrawn(SplittableRandom random) {
        return new ObservedPolicy(name, asked, own, places, Rounds.drawn(own.rounds(), random));
    }
}
