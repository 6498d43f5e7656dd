package io.sextant.bidder.lowering;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The last values that an account was offered. Thread-safe; {@link #add} is hot path: one atomic addition and one write.
 */
final class OfferedValues {
    private static final int SIZE = 1_024;

    private final AtomicLongArray values = new AtomicLongArray(SIZE);
    private final AtomicLong count = new AtomicLong();

    /** Notes a value, micros of USD per thousand impressions. */
    void add(long valueCpmMicros) {
        values.setOpaque((int) (count.getAndIncrement() & (SIZE - 1)), valueCpmMicros);
    }

    /** The values above 0, in no order; a value that is just being written may be missing. */
    double[] sample() {
        int size = (int) Math.min(SIZE, count.get());
        double[] sample = new double[size];
        int found = 0;
        for (int i = 0; i < size; i++) {
            long value = values.getOpaque(i);
            if (value > 0) {
                sample[found++] = value;
            }
        }
        return Arrays.copyOf(sample, found);
    }
}
