package io.sextant.perf.learning;

import java.util.List;

/**
 * What an arm holds while it learns for a long time, quarter by quarter.
 *
 * @param net      the net that was trained
 * @param quarters in order
 */
record MemoryFigures(String net, List<Quarter> quarters) {
    /** How much the last quarter may hold above the second. */
    static final double GROWTH_MAX = 0.1;
    /** How much lower the AUC of the last quarter may be than that of the second. */
    static final double AUC_LOSS_MAX = 0.02;

    /**
     * A quarter of the run, at its end.
     *
     * @param heapMb   heap that is in use after a collection, MB
     * @param residentMb memory of the process, native included, MB; 0 where the system does not tell
     * @param liveRows rows of the embedding table that are admitted and have not expired
     * @param auc      progressive, over the quarter
     */
    record Quarter(double heapMb, double residentMb,
            int liveRows, double auc) {}

    /** Whether memory stays flat and nothing is forgotten that should not be. */
    boolean flat() {
        Quarter second = quarters.get(1);
        Quarter last = quarters.get(3);
        return last.heapMb <= second.heapMb * (1 + GROWTH_MAX)
                && last.residentMb <= second.residentMb * (1 + GROWTH_MAX)
                && last.liveRows <= second.liveRows * (1 + GROWTH_MAX) && last.auc >= second.auc - AUC_LOSS_MAX;
    }
}
