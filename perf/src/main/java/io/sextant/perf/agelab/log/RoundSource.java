package io.sextant.perf.agelab.log;

import io.sextant.perf.agelab.world.Round;
import java.io.IOException;

/** A log's events, one after the other. Threading: one thread's. The caller closes it. */
public interface RoundSource extends AutoCloseable {
    /**
     * Goes on to the next event.
     *
     * @param round overwritten
     * @return whether there was one
     * @throws IOException naming file and line, if the log cannot be read
     */
    boolean next(Round round) throws IOException;

    @Override
    default void close() throws IOException {}
}
