package io.sextant.perf.agelab.log;

import io.sextant.abtesting.policy.LoggedDecisions;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.util.Arrays;

/**
 * A log in the form of the Open Bandit data whose items were drawn uniformly, as events to replay: every item is a candidate
 * of every event. Threading: one thread's.
 */
public final class OpenBanditLog implements RoundSource {
    private static final double TOLERANCE = 1e-6;

    private final LoggedDecisions decisions;
    private int next;

    /**
     * Starts at the log's first event.
     *
     * @throws IOException if items were not drawn uniformly: a replay would be wrong
     */
    public OpenBanditLog(LoggedDecisions decisions) throws IOException {
        this.decisions = decisions;
        double uniform = 1.0 / decisions.actionNames().size();
        for (int row = 0; row < decisions.size(); row++) {
            if (Math.abs(decisions.propensity(row) - uniform) > TOLERANCE) {
                throw new IOException("decision " + (row + 1) + " has propensity " + decisions.propensity(row)
                        + "; replaying takes a log of uniform choice, 1/" + decisions.actionNames().size()
                        + " throughout, such as the Open Bandit data's random.csv");
            }
        }
    }

    /** Values of each field of the user: columns share their numbers. */
    public static int[] userValues(LoggedDecisions decisions) {
        int[] values = new int[decisions.contextColumns()];
        Arrays.fill(values, decisions.contextValues());
        return values;
    }

    @Override
    public boolean next(Round round) {
        if (next == decisions.size()) {
            return false;
        }
        for (int field = 0; field < round.request.length; field++) {
            round.request[field] = decisions.context(next, field);
        }
        round.size = decisions.actionNames().size();
        Arrays.setAll(round.candidates, i -> i);
        round.shown = decisions.action(next);
        round.clicked = decisions.reward(next);
        round.number = next;
        next++;
        return true;
    }
}
