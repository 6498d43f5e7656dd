package io.sextant.abtesting.simulation;

import java.util.List;

/** One kind of experiment, held many times: each run from its number alone, so that runs may go on any thread. */
interface Simulation {
    /** What it is about, in a few words. */
    String name();

    /** How often it is held. */
    int runs();

    /** Holds it once; what came out, the same columns in every run. */
    double[] run(int run);

    /** What all runs say together. */
    List<Finding> findings(Outcomes outcomes);
}
