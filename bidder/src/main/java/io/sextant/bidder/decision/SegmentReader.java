package io.sextant.bidder.decision;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.protocol.event.BidEvent;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment. One that a killed process left, or that is still being written, is read up to where it breaks off.
 *
 * <p>
 * Threading: for one thread.
 */
public final class SegmentReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    /** A request is at most a megabyte; what claims to be longer than this is no event. */
    private static final int EVENT_BYTES_MAX = 16 * 1024 * 1024;
    private static final int MORE = 0x80;

    /**
     * Where reading ended before the segment did.
     *
     * @param segment   the file
     * @param events    events before the place
     * @param bytesLost bytes after the last of them that could be unpacked and are no whole event
     * @param damaged   whether the file is damaged there; if not, it just breaks off, as a killed process leaves it
     * @param cause     what was found
     */
    public record Cut(Path segment, long events, long bytesLost, boolean damaged, String cause) {}

    private final Path segment;
    private final InputStream file;
    private long fileBytes;
    private long events;
    /** Bytes of the event that is being read. */
    private long pending;
    private @Nullable InputStream unpacked;
    private @Nullable Cut cut;

    /**
     * Opens a segment.
     *
     * @throws IOException if the file cannot be opened
     */
    public SegmentReader(Path segment) throws IOException {
        this.segment = segment;
        this.file = new FilterInputStream(Files.newInputStream(segment)) {
            @Override
            public int read(byte[] block, int offset, int length) throws IOException {
                int read = in.read(block, offset, length);
                fileBytes += Math.max(0, read);
                return read;
            }

            @Override
            public int read() throws IOException {
                int b = in.read();
                fileBytes += b < 0 ? 0 : 1;
                return b;
            }
        };
    }

    /** The file. */
    public Path segment() {
        return segment;
    }

    /** Bytes of the file that have been read. */
    public long fileBytes() {
        return fileBytes;
    }

    /** Where reading ended too early; null if it did not, or has not ended. */
    public @Nullable Cut cut() {
        return cut;
    }

    /**
     * The next event; null at the end, or where the segment breaks off, which {@link #cut} tells then.
     *
     * @throws IOException if the file cannot be read
     */
    public @Nullable BidEvent next() throws IOException {
        if (cut != null) {
            return null;
        }
        try {
            InputStream source = unpacked;
            if (source == null) {
                source = new GZIPInputStream(file, BUFFER_BYTES);
                unpacked = source;
            }
            pending = 0;
            byte[] message = message(source);
            if (message == null) {
                return null;
            }
            BidEvent event = BidEvent.parseFrom(message);
            events++;
            return event;
        } catch (EOFException _) {
            cut = new Cut(segment, events, pending, false, "it breaks off");
        } catch (ZipException | InvalidProtocolBufferException e) {
            cut = new Cut(segment, events, pending, true, String.valueOf(e.getMessage()));
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        if (unpacked != null) {
            unpacked.close();
        }
        file.close();
    }

    /** The bytes of the next message; null if there is none. */
    private byte @Nullable [] message(InputStream source) throws IOException {
        int first = source.read();
        if (first < 0) {
            return null;
        }
        pending = 1;
        var length = new byte[5];
        length[0] = (byte) first;
        int digits = 1;
        while ((length[digits - 1] & MORE) != 0) {
            if (digits == length.length) {
                throw new ZipException("a length has too many bytes");
            }
            int next = source.read();
            if (next < 0) {
                throw new EOFException();
            }
            length[digits++] = (byte) next;
            pending++;
        }
        int size = CodedInputStream.newInstance(length, 0, digits).readRawVarint32();
        if (size < 0 || size > EVENT_BYTES_MAX) {
            throw new ZipException("an event of " + Integer.toUnsignedLong(size) + " bytes");
        }
        var message = new byte[size];
        for (int at = 0; at < size;) {
            int read = source.read(message, at, size - at);
            if (read < 0) {
                throw new EOFException();
            }
            at += read;
            pending += read;
        }
        return message;
    }
}
