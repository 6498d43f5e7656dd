package io.sextant.uncertainty.policy;

/**
 * The candidates that may be explored, where each costs more than a plain score: those worth most. Allocates nothing once
 * made.
 *
 * <p>
 * Threading: owned by one event loop.
 */
public final class WorthiestRows {
    private final int capacity;
    private final int[] rows;

    /**
     * Prepares the buffer.
     *
     * @param capacity    largest number of candidates in a call
     * @param exploredMax largest number of them that may be explored, 1 or more
     */
    public WorthiestRows(int capacity, int exploredMax) {
        this.capacity = capacity;
        this.rows = new int[Math.min(capacity, exploredMax)];
    }

    /** Most rows that {@link #choose} leaves. */
    public int limit() {
        return rows.length;
    }

    /** The chosen rows, as many as {@link #choose} said; the caller may write to it. */
    public int[] rows() {
        return rows;
    }

    /**
     * Chooses: all rows in their order where there is room for all, else the worthiest, the best first; of equals the lower
     * row comes first.
     *
     * @return how many were chosen
     * @throws IllegalArgumentException if there are more candidates than the capacity (a wiring bug)
     */
    public int choose(long[] prices, int size) {
        if (size > capacity) {
            throw new IllegalArgumentException(size + " candidates, the policy has room for " + capacity);
        }
        if (size <= rows.length) {
            for (int row = 0; row < size; row++) {
                rows[row] = row;
            }
            return size;
        }
        int chosen = 0;
        for (int row = 0; row < size; row++) {
            if (chosen == rows.length && prices[row] <= prices[rows[chosen - 1]]) {
                continue;
            }
            int at = chosen < rows.length ? chosen++ : chosen - 1;
            while (at > 0 && prices[row] > prices[rows[at - 1]]) {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = row;
        }
        return chosen;
    }
}
