package io.sextant.bidder.pricing;

import io.sextant.bidder.watch.WatchedFile;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file of rates again when it has changed. A file that is wrong or too old is refused, and the rates before it
 * stay, until they are too old themselves.
 *
 * <p>
 * Threading: looks, reads and calls back on one thread of its own. Cold.
 */
public final class RatesWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RatesWatcher.class);

    private final Path file;
    private final RatesReader reader;
    private final InstantSource clock;
    private final Consumer<CurrencyRates> changed;
    private final Runnable refused;
    private final WatchedFile watched;

    private byte[] lastBytes = {};
    private long lastFingerprint;

    /**
     * Starts watching.
     *
     * @param current what was read last
     * @param changed gets every new table
     * @param refused told of every file that cannot be used, once for each content
     */
    public RatesWatcher(PricingConfig config, RatesReader reader, CurrencyRates current, InstantSource clock,
            Consumer<CurrencyRates> changed, Runnable refused) {
        this.file = Path.of(config.ratesFile());
        this.reader = reader;
        this.clock = clock;
        this.changed = changed;
        this.refused = refused;
        this.lastFingerprint = current.fingerprint();
        this.watched = new WatchedFile(file, config.ratesPollInterval(), "rates-watcher", this::read);
    }

    private void read(byte[] bytes) {
        if (Arrays.equals(bytes, lastBytes)) {
            return;
        }
        lastBytes = bytes;
        try {
            CurrencyRates rates = reader.read(file.toString(), bytes, clock);
            if (rates.fingerprint() != lastFingerprint) {
                lastFingerprint = rates.fingerprint();
                changed.accept(rates);
                LOG.info("rates {} taken over, of {}", file, Instant.ofEpochMilli(rates.asOfMs()));
            }
        } catch (IllegalArgumentException e) {
            LOG.warn("rates refused, those before them stay: {}", e.getMessage());
            refused.run();
        }
    }

    /** Stops watching; returns when the thread has ended. */
    @Override
    public void close() {
        watched.close();
    }
}
