package io.sextant.perf.capacity;

/**
 * What a fleet is planned for, and how its machines are to be used: assumptions, all of them, and shown as such.
 *
 * @param requests      bid requests a second
 * @param cores         cores of a bidder's machine
 * @param utilisation   part of a bidder's processor time that may be used, so that others can take over from one that fails
 *                      and bursts do not queue
 * @param winRate       part of the bids that win and are billed
 * @param bidShare      part of the requests that get a bid
 * @param clickRate     part of the impressions that are clicked
 * @param arms          arms
 * @param decisionShare part of the requests whose decisions are logged whole
 * @param ids           rows of an arm's table
 * @param replication   copies that Kafka keeps
 * @param partitionMb   megabytes a second that one Kafka partition takes without strain
 */
record Demand(double requests, int cores, double utilisation, double winRate, double bidShare, double clickRate,
        int arms, double decisionShare, double ids, int replication, double partitionMb) {
    /** A usual one of so many requests a second. */
    static Demand of(double requests) {
        return new Demand(requests, 16, 0.5, 0.1, 0.95, 0.01, 3, 0.001, 1e8, 3, 5);
    }

    /** Bids a second that win. */
    double impressions() {
        return requests * bidShare * winRate;
    }
}
