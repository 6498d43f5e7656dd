package io.sextant.perf.latency;

/**
 * What is left for bids when more is asked than can be answered: every request that is sent costs the sender, every one that
 * is refused costs at least what the barest server needs to refuse it. All costs are processor seconds of one machine.
 *
 * @param bidSeconds    of the bidder for a request that is answered
 * @param refuseSeconds of the bare server for one that is refused
 * @param sendSeconds   of the sender for a request
 */
record RefusalBudget(double bidSeconds, double refuseSeconds, double sendSeconds) {
    /**
     * Requests a second that can still be answered. At its peak the machine does {@code peak} requests in
     * {@code peak × (bid + send)} processor seconds a second; with {@code offered} the same time holds {@code x} answered
     * ones, {@code offered - x} refused ones, and the sending of all of them.
     *
     * @param peak    answered a second when just as many are asked for
     * @param offered asked for a second, at least {@code peak}
     * @return 0 to {@code peak}
     */
    double left(double peak, double offered) {
        double seconds = peak * (bidSeconds + sendSeconds) - offered * (refuseSeconds + sendSeconds);
        return Math.clamp(seconds / (bidSeconds - refuseSeconds), 0, peak);
    }
}
