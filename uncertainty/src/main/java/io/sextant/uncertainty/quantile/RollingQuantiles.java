package io.sextant.uncertainty.quantile;

import io.sextant.protocol.event.SparseHistogram;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Distribution over the last minutes of a stream, by the records' own times. The time line is cut into panes; a pane is
 * closed, and from then on part of the window, once the time has passed its end by the grace. The window is the last
 * closed panes, summed anew each time it is asked for: nothing is ever subtracted, so the same records give the same
 * window, restart or not, and the order of records within the grace does not matter.
 *
 * <p>
 * Threading: assumes one thread.
 */
public final class RollingQuantiles {
    /** Hands over a pane for storage. */
    @FunctionalInterface
    public interface PaneVisitor {
        /** One pane with its start, in milliseconds. */
        void visit(long paneStartMs, SparseHistogram pane);
    }

    private final long paneMs;
    private final int windowPanes;
    private final long graceMs;
    private final TreeMap<Long, SparseHistogram> panes = new TreeMap<>();
    private long timeMs = Long.MIN_VALUE;
    private long late;

    /**
     * Starts empty.
     *
     * @param pane   length of a pane, at least one millisecond
     * @param window length of the window, a multiple of the pane's
     * @param grace  how long after a pane's end its records are still taken
     * @throws IllegalArgumentException if the window is not a multiple of the pane
     */
    public RollingQuantiles(Duration pane, Duration window, Duration grace) {
        this.paneMs = pane.toMillis();
        this.graceMs = grace.toMillis();
        long windowMs = window.toMillis();
        if (paneMs < 1 || windowMs < paneMs || windowMs % paneMs != 0 || graceMs < 0) {
            throw new IllegalArgumentException(
                    "window " + window + " must be a multiple of the pane " + pane + ", grace " + grace
                            + " not negative");
        }
        this.windowPanes = Math.toIntExact(windowMs / paneMs);
    }

    /**
     * Takes a record and lets time pass up to it.
     *
     * @param recordMs the record's own time
     * @return false if the record's pane was closed already: it is dropped and counted
     * @throws IllegalArgumentException if the histogram contradicts itself; then nothing has changed
     */
    public boolean add(long recordMs, SparseHistogram histogram) {
        SparseHistograms.check(histogram);
        advance(recordMs);
        long start = paneStart(recordMs);
        if (closed(start)) {
            late++;
            return false;
        }
        panes.merge(start, histogram, SparseHistograms::add);
        return true;
    }

    /** Lets time pass without a record, for streams that have gone quiet; time never runs backwards. */
    public void advance(long nowMs) {
        timeMs = Math.max(timeMs, nowMs);
        panes.headMap(windowStartMs()).clear();
    }

    /** Overwrites {@code window} with the sum of the window's panes, oldest first. */
    public void sumInto(QuantileSketch window) {
        window.reset();
        closedPanes().values().forEach(window::add);
    }

    /** Number of records in the window. */
    public long count() {
        return closedPanes().values().stream().mapToLong(SparseHistogram::getCount).sum();
    }

    /** Start of the window, in milliseconds; the smallest value there is before any time is known. */
    public long windowStartMs() {
        return timeMs == Long.MIN_VALUE ? Long.MIN_VALUE : windowEndMs() - windowPanes * paneMs;
    }

    /** End of the window, exclusive: the end of the last closed pane; the smallest value before any time is known. */
    public long windowEndMs() {
        return timeMs == Long.MIN_VALUE ? Long.MIN_VALUE : paneStart(timeMs - graceMs);
    }

    /** Records dropped because their pane was closed. */
    public long late() {
        return late;
    }

    /** Whether neither an open nor a closed pane of the window holds anything. */
    public boolean isEmpty() {
        return panes.isEmpty();
    }

    /** Shows every pane that is kept, oldest first, open ones included. */
    public void forEachPane(PaneVisitor visitor) {
        panes.forEach(visitor::visit);
    }

    /**
     * Puts a stored pane back, before any record is added; {@link #advance} then restores the time.
     *
     * @param paneStartMs as {@link #forEachPane} told it
     * @throws IllegalArgumentException if no pane starts there or the histogram contradicts itself
     */
    public void restore(long paneStartMs, SparseHistogram pane) {
        SparseHistograms.check(pane);
        if (paneStart(paneStartMs) != paneStartMs) {
            throw new IllegalArgumentException("no pane of " + paneMs + " ms starts at " + paneStartMs + " ms");
        }
        panes.put(paneStartMs, pane);
    }

    private SortedMap<Long, SparseHistogram> closedPanes() {
        return panes.headMap(windowEndMs());
    }

    private boolean closed(long paneStartMs) {
        return paneStartMs < windowEndMs();
    }

    private long paneStart(long atMs) {
        return Math.floorDiv(atMs, paneMs) * paneMs;
    }
}
