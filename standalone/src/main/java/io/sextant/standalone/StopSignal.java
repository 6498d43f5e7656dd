package io.sextant.standalone;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or any other request to end the JVM, as something that the main thread can wait for; the JVM ends when the main
 * thread has tidied up.
 */
final class StopSignal {
    /** Longer than every process needs to close; beyond it the JVM ends anyway. */
    private static final Duration TIDY_UP = Duration.ofSeconds(60);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread main = Thread.currentThread();
    private volatile boolean starting = true;

    /** Listens from now on; what the calling thread waits for meanwhile is interrupted, until {@link #started()}. */
    StopSignal() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            asked.countDown();
            if (starting) {
                main.interrupt();
            }
            try {
                done.await(TIDY_UP.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** From now on the main thread looks at the signal itself and is not interrupted. */
    void started() {
        starting = false;
    }

    /** Waits; true if the JVM was asked to end. */
    boolean await(Duration time) throws InterruptedException {
        return asked.await(Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** Lets the JVM end. */
    void done() {
        starting = false;
        done.countDown();
    }
}
