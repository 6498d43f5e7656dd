package io.sextant.perf.agelab.world;

/**
 * One event: somebody to show something to, what there is to show, and, in a log, what was shown and whether it was
 * clicked. Overwritten by every event.
 *
 * <p>
 * Threading: one thread's.
 */
public final class Round {
    /** In {@link #request}: the value is not given, or the user does not have the feature. */
    public static final int MISSING = -1;
    /** In {@link #shown}: nothing was, or nobody knows. */
    public static final int NOTHING = -1;

    /** What is known of the user, a value a field, from 0, or {@link #MISSING}. */
    public final int[] request;
    /** Item numbers of the candidates; the row of a candidate is its place here. */
    public final int[] candidates;
    /** Number of candidates. */
    public int size;
    /** Number of the event in its log; draws are keyed by it. */
    public long number;
    /** Time of the event in milliseconds since the log's first. */
    public long timeMs;
    /** Row of the candidate that was shown, drawn at random by whoever logged; {@link #NOTHING} if none. */
    public int shown = NOTHING;
    /** Whether what was shown was clicked. */
    public boolean clicked;
    /** Who it is; only the world looks at it. */
    int user;

    /**
     * Makes room.
     *
     * @param fields        fields of the user
     * @param candidatesMax largest number of candidates
     */
    public Round(int fields, int candidatesMax) {
        this.request = new int[fields];
        this.candidates = new int[candidatesMax];
    }
}
