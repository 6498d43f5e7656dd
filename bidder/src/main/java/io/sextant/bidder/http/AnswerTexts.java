package io.sextant.bidder.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The long texts of an answer, URLs and markup, encoded one after the other into an array that all answers of a loop use: an
 * answer is on the wire before the next one is written. One per event loop.
 */
/*
 * A message encodes a String a character at a time, and counts it before; and every text would be made three times, as it is
 * put together, as a String, and as bytes. Here it is put together in a builder that stays, and the encoder takes its
 * characters at once, which for ASCII is a copy.
 */
final class AnswerTexts {
    private static final int BYTES_PER_CHAR_MAX = 3;

    private final StringBuilder builder = new StringBuilder(4096);
    private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
    private CharBuffer chars = CharBuffer.allocate(4096);
    private ByteBuffer bytes = ByteBuffer.allocate(16_384);

    /** Begins an answer: what was returned for the one before is no longer good. */
    void clear() {
        bytes.clear();
        builder.setLength(0);
    }

    /** What {@link #take} encodes, empty after it; append to it. */
    StringBuilder next() {
        return builder;
    }

    /** The text that was appended to {@link #next}, in UTF-8; good until {@link #clear}. */
    ByteString take() {
        int length = builder.length();
        if (chars.capacity() < length) {
            chars = CharBuffer.allocate(2 * length);
        }
        if (bytes.remaining() < BYTES_PER_CHAR_MAX * length) {
            // What was taken before keeps the array that it lies in.
            bytes = ByteBuffer.allocate(2 * (bytes.capacity() + BYTES_PER_CHAR_MAX * length));
        }
        builder.getChars(0, length, chars.array(), 0);
        builder.setLength(0);
        int start = bytes.position();
        encoder.reset().encode(chars.clear().limit(length), bytes, true);
        encoder.flush(bytes);
        return UnsafeByteOperations.unsafeWrap(bytes.array(), start, bytes.position() - start);
    }
}
