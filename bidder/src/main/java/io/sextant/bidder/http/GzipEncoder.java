package io.sextant.bidder.http;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Gzips answers at level 1.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class GzipEncoder implements AutoCloseable {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TRAILER_BYTES = 8;
    private static final Pattern REFUSED = Pattern.compile(";q=0(\\.0*)?");

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 crc = new CRC32();
    private byte[] output = new byte[8192];

    /** The gzipped bytes of {@code body}. */
    byte[] encode(byte[] body) {
        int size = encode(body, body.length);
        return Arrays.copyOf(output, size);
    }

    /** Gzips the first {@code length} bytes of {@code body}; returns how many bytes of {@link #output} that takes. */
    int encode(byte[] body, int length) {
        deflater.reset();
        deflater.setInput(body, 0, length);
        deflater.finish();
        System.arraycopy(HEADER, 0, output, 0, HEADER.length);
        int size = HEADER.length;
        while (!deflater.finished()) {
            if (output.length - size <= TRAILER_BYTES) {
                output = Arrays.copyOf(output, 2 * output.length);
            }
            size += deflater.deflate(output, size, output.length - size - TRAILER_BYTES);
        }
        crc.reset();
        crc.update(body, 0, length);
        size = littleEndian((int) crc.getValue(), size);
        return littleEndian(length, size);
    }

    /** What was encoded last; overwritten by the next body. */
    byte[] output() {
        return output;
    }

    @Override
    public void close() {
        deflater.end();
    }

    /**
     * Whether the client takes gzip.
     *
     * @param acceptEncoding the header, or an empty text
     */
    static boolean accepted(String acceptEncoding) {
        int at = acceptEncoding.indexOf("gzip");
        if (at < 0) {
            return false;
        }
        int end = acceptEncoding.indexOf(',', at);
        int from = at + "gzip".length();
        int to = end < 0 ? acceptEncoding.length() : end;
        // Nearly all clients send no weight.
        return from == to || !REFUSED.matcher(acceptEncoding.substring(from, to).replace(" ", "")).matches();
    }

    private int littleEndian(int value, int at) {
        for (int i = 0; i < Integer.BYTES; i++) {
            output[at + i] = (byte) (value >>> (8 * i));
        }
        return at + Integer.BYTES;
    }
}
