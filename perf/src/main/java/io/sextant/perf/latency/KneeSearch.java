package io.sextant.perf.latency;

import java.io.IOException;

/** Looks for the highest rate that a limit holds at. Stateless. */
/*
 * The search starts below the rate at which the server is saturated, halves until the limit holds, and then halves the gap
 * between what held and what did not. A probe may be unlucky; no probe is repeated until it is lucky, but the whole search
 * is, and the median counts.
 */
final class KneeSearch {
    private static final double START = 0.6;
    /** A bit above what was answered a second when more was asked: bursts of luck are allowed for. */
    private static final double CEILING = 1.05;
    private static final int HALVINGS_MAX = 6;

    /** Tries a rate. */
    interface Probe {
        /** Whether the limit holds at so many requests a second. */
        boolean holds(double rate) throws IOException, InterruptedException;
    }

    private KneeSearch() {}

    /**
     * Searches.
     *
     * @param saturation what the server answers a second at most
     * @param halvings   of the gap; the result is exact to {@code 0.45 × saturation / 2^halvings}, or better
     * @return the highest rate that held; 0 if none did
     */
    static double find(double saturation, int halvings, Probe probe) throws IOException, InterruptedException {
        double low = START * saturation;
        double high = CEILING * saturation;
        int tries = 0;
        while (!probe.holds(low)) {
            tries++;
            if (tries > HALVINGS_MAX) {
                return 0;
            }
            high = low;
            low /= 2;
        }
        for (int i = 0; i < halvings; i++) {
            double middle = (low + high) / 2;
            if (probe.holds(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
