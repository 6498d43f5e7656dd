package io.sextant.bidder.pipeline;

/** Bounds of the pipeline, each with its reason. */
public final class Limits {
    /** Impressions of a request that are scored; one with more is a wrapper of many pages, and its time is as short. */
    public static final int IMPRESSIONS_MAX = 10;
    /** Highest setting of {@code candidates-max}: scoring more than a thousand ads takes longer than a bid may. */
    public static final int CANDIDATES_MAX = 1000;
    /**
     * Bids this close to the best, relatively, tie with it. Engines that compute the same model in another order differ by
     * some 1e-7 in the probability; a real difference of value is larger.
     */
    public static final double NEAR_TIE = 1e-6;

    /**
     * Campaigns of an impression that are tried until one gets its reservation. Those that have nothing left are out of the
     * auction before; these are the few that run out now, or have no lease yet.
     */
    public static final int RESERVATIONS_MAX = 8;

    private Limits() {}
}
