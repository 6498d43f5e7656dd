package io.sextant.model.ctr;

/**
 * One event loop's working memory for one model; made by {@link CtrModel#newScratch} and only good for that model.
 */
public interface CtrScratch extends AutoCloseable {
    @Override
    void close();
}
