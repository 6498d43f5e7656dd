package io.sextant.bidder.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * All event loops of the process, for what has to wait until none of them uses an old snapshot any more. Thread-safe.
 */
public final class EventLoops {
    private record Loop(Executor executor, Runnable letGo) {}

    private final List<Loop> loops = new CopyOnWriteArrayList<>();

    /**
     * Adds a loop.
     *
     * @param executor runs tasks on the loop
     * @param letGo    run on the loop, between requests: drops what belongs to snapshots that are no longer current
     */
    public void add(Executor executor, Runnable letGo) {
        loops.add(new Loop(executor, letGo));
    }

    /** Runs a task on every loop, between requests. */
    public void execute(Runnable task) {
        loops.forEach(loop -> loop.executor().execute(task));
    }

    /**
     * Waits until every loop has let go of what is not current.
     *
     * @return false if a loop did not get to it in time
     * @throws InterruptedException if the calling thread, which must not be a loop, is interrupted
     */
    public boolean awaitLetGo(long timeoutMs) throws InterruptedException {
        var left = new CountDownLatch(loops.size());
        for (Loop loop : loops) {
            loop.executor().execute(() -> {
                try {
                    loop.letGo().run();
                } finally {
                    left.countDown();
                }
            });
        }
        return left.await(timeoutMs, TimeUnit.MILLISECONDS);
    }
}
