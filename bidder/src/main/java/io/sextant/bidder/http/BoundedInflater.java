package io.sextant.bidder.http;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates gzip bodies up to a bound, so that 64 kB cannot become 64 MB. A body is recognised by its first two bytes,
 * whatever its headers say.
 *
 * <p>
 * Threading: one instance per event loop; {@link #output} is overwritten by the next body.
 */
final class BoundedInflater implements AutoCloseable {
    /*
     * RFC 1952: members one after the other, each a header of 10 bytes and optional parts, deflated data, CRC-32 and size,
     * both little endian. java.util.zip.GZIPInputStream would do, but hides a truncated body behind an exception and
     * allocates its tables anew for each one.
     */
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;

    /** What became of a body. */
    enum Result {
        /** Whole and intact. */
        INFLATED,
        /** Larger than the bound. */
        TOO_LARGE,
        /** Truncated, corrupt, or not gzip. */
        MALFORMED
    }

    private final int bound;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private byte[] output;
    private int size;

    /**
     * Makes one.
     *
     * @param bound largest inflated size, bytes
     */
    BoundedInflater(int bound) {
        this.bound = bound;
        this.output = new byte[Math.min(bound, 8192)];
    }

    /** Whether {@code body} starts like gzip. */
    static boolean isGzip(byte[] body, int length) {
        return length >= 2 && body[0] == 0x1f && body[1] == (byte) 0x8b;
    }

    /** Inflates the first {@code length} bytes of {@code body} into {@link #output}. */
    Result inflate(byte[] body, int length) {
        size = 0;
        int position = 0;
        do {
            position = skipHeader(body, position, length);
            if (position < 0) {
                return Result.MALFORMED;
            }
            int start = size;
            inflater.reset();
            inflater.setInput(body, position, length - position);
            Result result = inflateMember();
            if (result != Result.INFLATED) {
                return result;
            }
            position = length - inflater.getRemaining();
            crc.reset();
            crc.update(output, start, size - start);
            if (length - position < TRAILER_BYTES || littleEndian(body, position) != (int) crc.getValue()
                    || littleEndian(body, position + 4) != size - start) {
                return Result.MALFORMED;
            }
            position += TRAILER_BYTES;
        } while (position < length);
        return Result.INFLATED;
    }

    /** The inflated bytes, {@link #size} of them. */
    byte[] output() {
        return output;
    }

    /** Number of inflated bytes. */
    int size() {
        return size;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private Result inflateMember() {
        try {
            while (!inflater.finished()) {
                if (size == output.length) {
                    // One byte past the bound tells a body that fills it exactly from one that overflows it.
                    if (size > bound) {
                        return Result.TOO_LARGE;
                    }
                    output = Arrays.copyOf(output, Math.min(bound + 1, 2 * output.length));
                }
                int inflated = inflater.inflate(output, size, output.length - size);
                size += inflated;
                if (inflated == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
                    return Result.MALFORMED;
                }
            }
        } catch (DataFormatException _) {
            return Result.MALFORMED;
        }
        return size > bound ? Result.TOO_LARGE : Result.INFLATED;
    }

    /** Position after the header that starts at {@code at}, or -1. */
    private static int skipHeader(byte[] body, int at, int length) {
        if (length - at < HEADER_BYTES || body[at] != 0x1f || body[at + 1] != (byte) 0x8b || body[at + 2] != 8) {
            return -1;
        }
        int flags = body[at + 3] & 0xff;
        if ((flags & FLAGS_RESERVED) != 0) {
            return -1;
        }
        int position = at + HEADER_BYTES;
        if ((flags & FLAG_EXTRA) != 0) {
            if (length - position < 2) {
                return -1;
            }
            position += 2 + ((body[position] & 0xff) | (body[position + 1] & 0xff) << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            position = afterZero(body, position, length);
        }
        if ((flags & FLAG_COMMENT) != 0) {
            position = afterZero(body, position, length);
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            position += 2;
        }
        return position > length ? -1 : position;
    }

    private static int afterZero(byte[] body, int from, int length) {
        int position = from;
        while (position < length && body[position] != 0) {
            position++;
        }
        return position + 1;
    }

    private static int littleEndian(byte[] body, int at) {
        return (body[at] & 0xff) | (body[at + 1] & 0xff) << 8 | (body[at + 2] & 0xff) << 16 | body[at + 3] << 24;
    }
}
