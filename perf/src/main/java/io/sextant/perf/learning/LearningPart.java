package io.sextant.perf.learning;

import java.io.IOException;
import java.util.List;
import java.util.function.DoubleConsumer;

/** A part of {@code ./sextant bench learning}, measured by itself. */
interface LearningPart {
    /** A word or two, for the progress bar. */
    String name();

    /**
     * Measures.
     *
     * @param quick    whether less time is to be spent, and less exact figures are enough
     * @param progress told which share is done, 0..1, now and then
     * @return its figures, in the order in which they are shown
     */
    List<LearningFigure> measure(boolean quick, DoubleConsumer progress) throws IOException, InterruptedException;
}
