package io.sextant.perf.baseline;

/**
 * A request answered by one call of an engine: its candidates' scores and its uncertainty.
 *
 * <p>
 * Threading: one thread.
 */
public interface BatchScorer extends AutoCloseable {
    /**
     * Scores a request's candidates and measures its uncertainty.
     *
     * @param request number of the request
     * @param logits  [candidates + passes], out: the candidates' logits, then those of the masked request under each of its
     *                dropout masks
     * @return standard deviation of the click probability over the passes
     */
    double score(int request, float[] logits);

    /** Frees native memory. */
    @Override
    void close();
}
