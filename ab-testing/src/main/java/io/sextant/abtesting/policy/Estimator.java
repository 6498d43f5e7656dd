package io.sextant.abtesting.policy;

/**
 * How a value is estimated; with w the target's probability of what was done over the logged one, r the reward, q the reward
 * model: each is a sum over decisions over another one.
 */
public enum Estimator {
    /** Mean of r: what the logging policy itself earned. */
    LOGGED("logged policy itself"),
    /** Mean of r over the decisions that the target would have made as well: kept with probability w over its maximum. */
    REPLAY("replay"),
    /** Mean of w r (Horvitz, Thompson 1952): unbiased, and wild where w is large. */
    IPS("IPS"),
    /** Sum of w r over sum of w (Swaminathan, Joachims 2015): a little biased, less wild. */
    SNIPS("SNIPS"),
    /** Mean of the target's q: as good as the model, and no better. */
    MODEL("model alone"),
    /**
     * Mean of the target's q + w (r - q) (Dudík, Langford, Li 2011): right if the propensities or the model are, and less
     * wild the better the model is.
     */
    DOUBLY_ROBUST("doubly robust");

    private final String title;

    Estimator(String title) {
        this.title = title;
    }

    /** For people. */
    public String title() {
        return title;
    }
}
