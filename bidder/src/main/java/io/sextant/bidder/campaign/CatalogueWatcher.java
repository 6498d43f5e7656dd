package io.sextant.bidder.campaign;

import io.sextant.bidder.watch.WatchedFile;
import java.nio.file.Path;
import java.util.function.Consumer;
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

    private final Path file;
    private final CatalogueReader reader;
    private final Consumer<Catalogue> changed;
    private final Consumer<CatalogueException> refused;
    private final WatchedFile watched;

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
        this.changed = changed;
        this.refused = refused;
        this.lastSha256 = current.sha256();
        this.watched = new WatchedFile(file, config.pollInterval(), "catalogue-watcher", this::read);
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
        watched.close();
    }
}
