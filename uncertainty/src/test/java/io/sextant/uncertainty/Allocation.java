package io.sextant.uncertainty;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that warm code allocates on this thread. */
public final class Allocation {
    private static final int RUNS = 2_000;
    private static final int ROUNDS = 10;
    private static final int SHORT_RUNS = 50;
    private static final int SHORT_ROUNDS = 400;

    private Allocation() {}

    /**
     * The fewest bytes that any of ten rounds of 2,000 runs allocates. Rounds in which code is still being compiled may
     * allocate now and then; code that allocates in every run does so in every round.
     */
    public static long bytesWhenWarm(Runnable code) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < RUNS; i++) {
                code.run();
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }

    /**
     * The fewest bytes that any of up to 400 rounds of 50 runs allocates, for code that takes long: the vectors of kernels
     * that are not compiled yet are objects, so it takes a while, and ends with the first round without any.
     */
    public static long bytesWhenCompiled(Runnable code) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < SHORT_ROUNDS && fewest > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < SHORT_RUNS; i++) {
                code.run();
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
