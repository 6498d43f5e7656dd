package io.sextant.bidder.decision;

import io.sextant.protocol.event.BidEvent;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPOutputStream;

/**
 * A segment that is being written. What was flushed can be read although the process is killed.
 *
 * <p>
 * Threading: owned by the writer's thread.
 */
final class SegmentWriter {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Makes the file of a segment. */
    @FunctionalInterface
    interface Opener {
        /** Makes real files, and only new ones. */
        Opener FILES = path -> Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

        /** Opens a new file. */
        OutputStream open(Path path) throws IOException;
    }

    private final Path path;
    private final long startMs;
    private final OutputStream file;
    private final GZIPOutputStream gzip;
    private long bytes;
    private boolean flushed;
    private long lastMs;

    /**
     * Opens a segment.
     *
     * @param startMs time of its first decision, milliseconds since the epoch
     */
    SegmentWriter(Path path, long startMs, Opener opener) throws IOException {
        this.path = path;
        this.startMs = startMs;
        this.lastMs = startMs;
        this.file = new FilterOutputStream(opener.open(path)) {
            @Override
            public void write(byte[] block, int offset, int length) throws IOException {
                out.write(block, offset, length);
                bytes += length;
            }

            @Override
            public void write(int b) throws IOException {
                out.write(b);
                bytes++;
            }
        };
        this.gzip = new GZIPOutputStream(file, BUFFER_BYTES, true);
    }

    Path path() {
        return path;
    }

    long startMs() {
        return startMs;
    }

    /** Bytes that the file has so far. */
    long bytes() {
        return bytes;
    }

    void write(BidEvent event, long nowMs) throws IOException {
        event.writeDelimitedTo(gzip);
        lastMs = nowMs;
    }

    /** Hands everything to the operating system. */
    void flush() throws IOException {
        gzip.flush();
        flushed = true;
    }

    /** Ends the file properly. */
    void close() throws IOException {
        try {
            gzip.close();
        } finally {
            file.close();
        }
        Files.setLastModifiedTime(path, FileTime.fromMillis(lastMs));
    }

    /** Gives the file up, after a failure; it is left as it is if there may be decisions in it. */
    void abandon() {
        try {
            file.close();
        } catch (IOException _) {
            // The failure before this one has been told.
        }
        try {
            if (flushed) {
                Files.setLastModifiedTime(path, FileTime.fromMillis(lastMs));
            } else {
                Files.deleteIfExists(path);
            }
        } catch (IOException _) {
            // The same; the file goes with the others that are too old.
        }
    }
}
