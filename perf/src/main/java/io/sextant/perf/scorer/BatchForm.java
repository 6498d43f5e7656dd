package io.sextant.perf.scorer;

/** How a request's rows are put into one call of an engine. All forms give the same logits. */
public enum BatchForm {
    /** Every candidate and every masked pass is a row; the caller looks embeddings up and feeds them. */
    FED_EMBEDDINGS(false, false),
    /** Every candidate and every masked pass is a row; the tables lie in the graph, the caller feeds indices. */
    FED_INDICES(true, false),
    /**
     * As {@link #FED_EMBEDDINGS}, but the masked request is one row up to the first dropout and is copied after it: half of
     * this project's algebra, given to the other engine.
     */
    SHARED_FIRST_LAYER(false, true);

    private final boolean lookUpInGraph;
    private final boolean maskedOnce;

    BatchForm(boolean lookUpInGraph, boolean maskedOnce) {
        this.lookUpInGraph = lookUpInGraph;
        this.maskedOnce = maskedOnce;
    }

    /** Whether the graph holds the embedding tables. */
    boolean lookUpInGraph() {
        return lookUpInGraph;
    }

    /** Whether the masked request is one row of the input, not one a pass. */
    boolean maskedOnce() {
        return maskedOnce;
    }
}
