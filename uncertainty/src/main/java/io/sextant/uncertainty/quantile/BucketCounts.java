package io.sextant.uncertainty.quantile;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How often each bucket of {@link BucketLayout} was met. Holds memory only for the neighbourhoods that were. Assumes one
 * thread.
 *
 * @implNote In place of HdrHistogram's own arrays, because a controller holds thousands of these: the library's
 *           plain one takes 200 kB a cell, and its packed one took 15 to 30 times as long to add to (the same 2,000,000
 *           numbers into 200 cells, one JVM, several rounds) and 50 times to read.
 */
final class BucketCounts {
    /*
     * A table of pages. Uncertainties of one cell lie within a few doublings of one another, 1,024 buckets each, so a busy
     * cell fills a few dozen pages where a plain array of all buckets takes 200 kB.
     */
    private static final int PAGE_BITS = 6;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int PAGES = (BucketLayout.LENGTH + PAGE - 1) >> PAGE_BITS;

    private final long[] @Nullable [] pages = new long[PAGES][];
    private long total;

    void add(int index, long count) {
        page(index >> PAGE_BITS)[index & (PAGE - 1)] += count;
        total += count;
    }

    void add(BucketCounts other) {
        for (int p = 0; p < PAGES; p++) {
            long[] from = other.pages[p];
            if (from != null) {
                long[] to = page(p);
                for (int i = 0; i < PAGE; i++) {
                    to[i] += from[i];
                }
            }
        }
        total += other.total;
    }

    long total() {
        return total;
    }

    /** Forgets everything; keeps the memory of the neighbourhoods that were met since it was last called. */
    void clear() {
        for (int p = 0; p < PAGES; p++) {
            long[] page = pages[p];
            if (page != null) {
                long met = 0;
                for (long count : page) {
                    met |= count;
                }
                if (met == 0) {
                    pages[p] = null;
                } else {
                    Arrays.fill(page, 0);
                }
            }
        }
        total = 0;
    }

    /** The first bucket from {@code index} on that was met, or -1. */
    int next(int index) {
        int i = index & (PAGE - 1);
        for (int p = index >> PAGE_BITS; p < PAGES; p++) {
            long[] page = pages[p];
            if (page != null) {
                for (; i < PAGE; i++) {
                    if (page[i] != 0) {
                        return (p << PAGE_BITS) + i;
                    }
                }
            }
            i = 0;
        }
        return -1;
    }

    /** How often the bucket was met, which {@link #next} has named. */
    long count(int index) {
        long[] page = pages[index >> PAGE_BITS];
        return page == null ? 0 : page[index & (PAGE - 1)];
    }

    /**
     * The buckets of some ranks.
     *
     * @param ranks 1 to the total, ascending
     * @return for each rank the bucket that holds the number of that rank
     */
    int[] indicesAt(long[] ranks) {
        int[] indices = new int[ranks.length];
        int r = 0;
        long below = 0;
        for (int p = 0; p < PAGES && r < ranks.length; p++) {
            long[] page = pages[p];
            if (page == null) {
                continue;
            }
            for (int i = 0; i < PAGE; i++) {
                below += page[i];
                while (r < ranks.length && below >= ranks[r]) {
                    indices[r++] = (p << PAGE_BITS) + i;
                }
            }
        }
        return indices;
    }

    private long[] page(int p) {
        long[] page = pages[p];
        if (page == null) {
            page = new long[PAGE];
            pages[p] = page;
        }
        return page;
    }
}
