package io.sextant.perf.latency;

import java.io.IOException;
import java.util.function.DoubleConsumer;

/** A part of {@code ./sextant bench latency}, measured by itself. */
interface LatencyPart {
    /** A word, for {@code --parts} and the progress bar. */
    String name();

    /**
     * Measures.
     *
     * @param bench    what it is measured with
     * @param progress told which share is done, 0 to 1, now and then
     */
    PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException;
}
