package io.sextant.bidder.campaign;

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
 * Reads the catalogue again when its file has changed, in place or by renaming another file over it. A file that is wrong
 * is refused, and the catalogue before it stays.
 *
 * <p>
 * Threading: looks, reads and calls back on one thread of its own. Cold.
 */
public final class CatalogueWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueWatcher.class);
    /** A file may be written twice within one tick of its time stamp; one that was touched so lately is read again. */
    private static final Duration TIMESTAMP_STEP = Duration.ofSeconds(2);

    /** What tells that a file is another one, without reading it. */
    private record Look(FileTime modified, long bytes, String key) {}

    private final Path file;
    private final CatalogueReader reader;
    private final Duration pollInterval;
    private final Consumer<Catalogue> changed;
    private final Consumer<CatalogueException> refused;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private @Nullable Look lastLook;
    private boolean lastLookWasFresh = true;
    private String lastSha256;

    /**
     * Starts watching.
     *
     * @param current what was read last
     * @param changed gets every new catalogue
     * @param refused gets the reason for every file that cannot be used, once for each content
     */
    public CatalogueWatcher(CatalogueConfig config, CatalogueReader reader, Catalogue current,
            Consumer<Catalogue> changed, Consumer<CatalogueException> refused) {
        this.file = Path.of(config.file());
        this.reader = reader;
        this.pollInterval = config.pollInterval();
        this.changed = changed;
        this.refused = refused;
        this.lastSha256 = current.sha256();
        this.thread = Thread.ofPlatform().name("catalogue-watcher").daemon().start(this::run);
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
            read(Files.readAllBytes(file));
        } catch (IOException e) {
            // Between two renames the file may be away for a moment; the catalogue stays as it is.
            LOG.debug("catalogue {} cannot be read now", file, e);
        } catch (RuntimeException e) {
            LOG.error("catalogue {} could not be taken over; the one before it stays", file, e);
        }
    }

    private void read(byte[] bytes) {
        String sha256 = CatalogueReader.sha256(bytes);
        if (sha256.equals(lastSha256)) {
            return;
        }
        lastSha256 = sha256;
        try {
            Catalogue catalogue = reader.read(file.toString(), bytes);
            changed.accept(catalogue);
            LOG.info("catalogue {} taken over: {} campaigns, version {}", file, catalogue.campaigns().size(), sha256);
        } catch (CatalogueException e) {
            LOG.warn("catalogue refused, the one before it stays: {}", e.getMessage());
            refused.accept(e);
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
