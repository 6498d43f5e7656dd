package io.sextant.model.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that a step's parts are spread over, the caller's among them. Which thread does which part is left to
 * chance, so parts must not touch each other.
 *
 * <p>
 * Threading: used by one thread at a time, which also closes it.
 */
final class Workers implements AutoCloseable {
    private final ExecutorService helpers;
    private final int count;

    /** What is done again and again. */
    @FunctionalInterface
    interface Part {
        /**
         * Does one part.
         *
         * @param part   its number
         * @param worker number of the thread that does it, 0 to below {@link #count}; no other thread has it meanwhile
         */
        void run(int part, int worker);
    }

    /** So many threads together, at least 1. */
    Workers(int count) {
        this.count = count;
        this.helpers = Executors.newFixedThreadPool(Math.max(1, count - 1),
                Thread.ofPlatform().daemon().name("training-", 1).factory());
    }

    int count() {
        return count;
    }

    /**
     * Runs {@code part} for 0 to {@code parts} - 1, begun in this order, and returns when all are done. What a part throws
     * comes out here.
     */
    void run(int parts, Part part) {
        if (count == 1 || parts == 1) {
            for (int i = 0; i < parts; i++) {
                part.run(i, 0);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 1; i < Math.min(count, parts); i++) {
            int worker = i;
            running.add(helpers.submit(() -> share(next, parts, part, worker)));
        }
        List<Throwable> failures = new ArrayList<>();
        try {
            share(next, parts, part, 0);
        } catch (RuntimeException e) {
            failures.add(e);
        }
        // Also after a failure: nobody may still write when the caller goes on.
        running.forEach(other -> await(other, failures));
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a part of the step failed: " + failures.getFirst().getMessage(),
                    failures.getFirst());
        }
    }

    private static void share(AtomicInteger next, int parts, Part part, int worker) {
        for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
            part.run(i, worker);
        }
    }

    private static void await(Future<?> other, List<Throwable> failures) {
        boolean interrupted = false;
        while (true) {
            try {
                other.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                failures.add(e);
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        helpers.shutdown();
    }
}
