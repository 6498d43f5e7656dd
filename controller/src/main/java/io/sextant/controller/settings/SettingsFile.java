package io.sextant.controller.settings;

import io.sextant.configuration.ConfigurationException;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches {@code exploration.yaml}: every new content, written in place or by renaming another file over it, becomes a
 * change for the whole fleet. What cannot be used is told once and counted, and the settings stay. A content that was the
 * last one to be taken, by whichever instance, changes nothing: so a restart does not undo what came after it.
 *
 * <p>
 * Threading: looks, reads and writes on one thread of its own.
 */
public final class SettingsFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsFile.class);
    /** A file of a few lines: reading it costs less than finding out whether it may have changed. */
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final int BYTES_MAX = 1 << 16;

    private final Path file;
    private final SettingsDesk desk;
    private final ControllerMetrics metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private String lastSha256 = "";
    /** The last trouble that was told, so that it is told once. */
    private String told = "";

    /** Starts watching. */
    public SettingsFile(Path file, SettingsDesk desk, ControllerMetrics metrics) {
        this.file = file;
        this.desk = desk;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name("exploration-file").daemon().start(this::run);
    }

    private void run() {
        try {
            do {
                look();
            } while (!closing.await(POLL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        try {
            byte[] bytes = read();
            String sha256 = sha256(bytes);
            if (!sha256.equals(lastSha256)) {
                take(bytes, sha256);
                lastSha256 = sha256;
                told = "";
            }
        } catch (IOException e) {
            tell("cannot be read; exploration settings stay, and it is looked for each second: " + e);
        } catch (KafkaException e) {
            if (closing.getCount() > 0) {
                tell("could not be taken, and is tried again: " + e.getMessage());
            }
        } catch (RuntimeException e) {
            tell("could not be taken; exploration settings stay, and it is tried again: " + e);
        }
    }

    private byte[] read() throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(BYTES_MAX + 1);
        }
    }

    private void take(byte[] bytes, String sha256) throws InterruptedException {
        try {
            if (bytes.length > BYTES_MAX) {
                throw new ConfigurationException(file + ": is longer than " + BYTES_MAX + " bytes");
            }
            desk.take(file.toString(), StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(),
                    sha256);
        } catch (ConfigurationException e) {
            refuse(String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            refuse(file + ": is not UTF-8 text");
        }
    }

    private void refuse(String problem) {
        metrics.count(ControllerCounter.SETTINGS_FILE_REFUSED);
        LOG.warn("exploration settings refused, those in force stay: {}", problem);
    }

    private void tell(String trouble) {
        if (!trouble.equals(told)) {
            told = trouble;
            LOG.warn("exploration.file = {}: {}", file, trouble);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Stops watching; returns when the thread has ended. */
    @Override
    public void close() {
        closing.countDown();
        try {
            // What is being written is seen through, unless the broker is away.
            if (!thread.join(GOODBYE)) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
