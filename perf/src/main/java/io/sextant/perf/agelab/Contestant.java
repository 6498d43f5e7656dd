package io.sextant.perf.agelab;

import io.sextant.perf.agelab.world.Round;

/**
 * Chooses what to show and learns from what became of it. Threading: one thread's.
 */
interface Contestant {
    /** The row of the candidate to show; the same round may come with another number again. */
    int choose(Round round);

    /** Tells what became of a shown candidate. */
    void observe(Round round, int row, boolean clicked);
}
