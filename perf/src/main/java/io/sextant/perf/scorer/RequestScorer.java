package io.sextant.perf.scorer;

/**
 * A request answered by one engine: its candidates' scores and its uncertainty, from the request's number to numbers in
 * Java's memory.
 *
 * <p>
 * Threading: one thread.
 */
public interface RequestScorer extends AutoCloseable {
    /**
     * Scores a request's candidates and measures its uncertainty.
     *
     * @param request number of the request
     * @param logits  [candidates + passes], out: the candidates' logits come first; what follows them is the engine's
     * @return standard deviation of the click probability over the passes
     */
    double score(int request, float[] logits);

    /** Frees native memory. */
    @Override
    void close();
}
