package io.sextant.bidder.http;

import java.util.Arrays;
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

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 crc = new CRC32();
    private byte[] output = new byte[8192];

    /** The gzipped bytes of {@code body}. */
    byte[] encode(byte[] body) {
        deflater.reset();
        deflater.setInput(body);
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
        crc.update(body);
        size = littleEndian((int) crc.getValue(), size);
        size = littleEndian(body.length, size);
        return Arrays.copyOf(output, size);
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
        String parameters = acceptEncoding.substring(at + "gzip".length(), end < 0 ? acceptEncoding.length() : end)
                .replace(" ", "");
        return !parameters.matches(";q=0(\\.0*)?");
    }

    private int littleEndian(int value, int at) {
        for (int i = 0; i < Integer.BYTES; i++) {
            output[at + i] = (byte) (value >>> (8 * i));
        }
        return at + Integer.BYTES;
    }
}
