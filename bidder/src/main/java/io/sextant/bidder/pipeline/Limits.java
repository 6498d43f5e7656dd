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
    /** Best candidates that are tried when strategies lower bids below their floors; each takes a look at all of them. */
    public static final int LOWERED_OUT_MAX = 8;

    private Limits() {}
}
