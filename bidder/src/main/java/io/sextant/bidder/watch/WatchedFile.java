package io.sextant.bidder.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a file now and then, and hands its bytes on when it has been written in place or another file has been renamed
 * over it. While it is away, nothing happens.
 *
 * <p>
 * Threading: looks, reads and calls back on one thread of its own.
 */
public final class WatchedFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    /** A file may be written twice within one tick of its time stamp; one that was touched so lately is read again. */
    private static final Duration TIMESTAMP_STEP = Duration.ofSeconds(2);

    /** What tells that a file is another one, without reading it. */
    private record Look(FileTime modified, long bytes, String key) {}

    private final Path file;
    private final Duration pollInterval;
    private final Consumer<byte[]> read;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private @Nullable Look lastLook;
    private boolean lastLookWasFresh = true;

    /**
     * Starts watching.
     *
     * @param pollInterval how often the file is looked at, above 0
     * @param thread       name of the thread
     * @param read         gets the bytes at the first look, and whenever the file may have changed: the same ones may come
     *                     again
     */
    public WatchedFile(Path file, Duration pollInterval, String thread, Consumer<byte[]> read) {
        this.file = file;
        this.pollInterval = pollInterval;
        this.read = read;
        this.thread = Thread.ofPlatform().name(thread).daemon().start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(pollInterval.toNanos(), TimeUnit.NANOSECONDS)) {
                poll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void poll() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var look = new Look(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
            if (look.equals(lastLook) && !lastLookWasFresh) {
                return;
            }
            // Judged before reading, so that a write during the reading is seen next time.
            lastLookWasFresh = look.modified.toMillis() + TIMESTAMP_STEP.toMillis() > System.currentTimeMillis();
            lastLook = look;
            read.accept(Files.readAllBytes(file));
        } catch (IOException e) {
            // Between two renames the file may be away for a moment; what was read before stays.
            LOG.debug("{} cannot be read now", file, e);
        } catch (RuntimeException e) {
            LOG.error("{} could not be taken over; what was there before stays", file, e);
        }
    }

    /** Stops watching; returns when the thread has ended. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
