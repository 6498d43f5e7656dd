package io.sextant.perf.controller;

import java.time.Duration;

/**
 * How long a load is measured, and how many.
 *
 * @param window   of the controller; the fleet's history starts this far back
 * @param catchUp  time that the controller has for the history at most
 * @param measured how long the steady load is measured
 * @param growth   whether loads other than the standard one are measured
 */
record ControllerEffort(Duration window, Duration catchUp, Duration measured, boolean growth) {
    static ControllerEffort quick() {
        return new ControllerEffort(Duration.ofSeconds(30), Duration.ofSeconds(45), Duration.ofSeconds(25), false);
    }

    /** With the window that the controller has by default. */
    static ControllerEffort full() {
        return new ControllerEffort(Duration.ofMinutes(5), Duration.ofMinutes(3), Duration.ofSeconds(60), true);
    }

    /** For the loads that only show growth: the same history, which also warms the controller up, measured for less long. */
    ControllerEffort ofGrowth() {
        return new ControllerEffort(window, catchUp, quick().measured, false);
    }
}
