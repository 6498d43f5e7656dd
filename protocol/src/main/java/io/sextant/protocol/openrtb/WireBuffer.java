package io.sextant.protocol.openrtb;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Growable bytes with the few protobuf encodings that OpenRTB needs. Owned by one codec and used again for every
 * message.
 *
 * <p>Lengths are not known before their content is written, so each keeps the widest room it may need and is padded
 * with continuation bytes, which every protobuf parser accepts. These bytes never leave the process.
 */
final class WireBuffer extends OutputStream {
    /** Room of a nested message's length: 28 bits are more than a body may have. */
    private static final int LENGTH_BYTES = 4;
    private static final int INITIAL_BYTES = 16 * 1024;
    /** UTF-8 of U+FFFD, for an unpaired surrogate, which UTF-8 cannot express. */
    private static final int REPLACEMENT = 0xFFFD;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    int size() {
        return size;
    }

    /** The bytes written so far, from index 0; valid until the next write. */
    byte[] bytes() {
        return bytes;
    }

    /** Forgets everything, and gives back the memory of an unusually large message. */
    void clear() {
        size = 0;
        if (bytes.length > Limits.RETAINED_BUFFER_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
    }

    void truncate(int newSize) {
        size = newSize;
    }

    /** Makes room for {@code count} bytes at the end and returns their start. */
    int reserve(int count) {
        require(count);
        int start = size;
        size += count;
        return start;
    }

    @Override
    public void write(int value) {
        require(1);
        bytes[size++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        require(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    void writeVarint(long value) {
        require(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void writeDouble(double value) {
        require(Double.BYTES);
        long bits = Double.doubleToRawLongBits(value);
        for (int i = 0; i < Double.BYTES; i++) {
            bytes[size++] = (byte) (bits >>> (8 * i));
        }
    }

    /** Starts a length-delimited value; what is written until {@link #end} is its content. */
    int begin() {
        return reserve(LENGTH_BYTES);
    }

    void end(int start) {
        writePaddedLength(start, LENGTH_BYTES, size - start - LENGTH_BYTES);
    }

    /** Length and UTF-8 of the characters; an unpaired surrogate becomes U+FFFD. */
    void writeString(char[] text, int offset, int length) {
        int lengthBytes = varintBytes(3 * length);
        require(lengthBytes + 3 * length);
        int start = size;
        size += lengthBytes;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            char c = text[i];
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (c < 0x800) {
                bytes[size++] = (byte) (0xC0 | c >>> 6);
                bytes[size++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                writeThreeBytes(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text[i + 1])) {
                int codePoint = Character.toCodePoint(c, text[++i]);
                bytes[size++] = (byte) (0xF0 | codePoint >>> 18);
                bytes[size++] = (byte) (0x80 | (codePoint >>> 12 & 0x3F));
                bytes[size++] = (byte) (0x80 | (codePoint >>> 6 & 0x3F));
                bytes[size++] = (byte) (0x80 | (codePoint & 0x3F));
            } else {
                writeThreeBytes(REPLACEMENT);
            }
        }
        writePaddedLength(start, lengthBytes, size - start - lengthBytes);
    }

    private void writeThreeBytes(int c) {
        bytes[size++] = (byte) (0xE0 | c >>> 12);
        bytes[size++] = (byte) (0x80 | (c >>> 6 & 0x3F));
        bytes[size++] = (byte) (0x80 | (c & 0x3F));
    }

    private void writePaddedLength(int position, int lengthBytes, int length) {
        int rest = length;
        for (int i = 0; i < lengthBytes - 1; i++) {
            bytes[position + i] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[position + lengthBytes - 1] = (byte) rest;
    }

    private void require(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
        }
    }

    private static int varintBytes(int value) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(value | 1) + 6) / 7;
    }
}
