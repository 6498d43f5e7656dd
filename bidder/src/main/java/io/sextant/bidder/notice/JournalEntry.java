package io.sextant.bidder.notice;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One notice as the journal keeps it.
 *
 * @param kind  which notice
 * @param bidId the bid, also the key of the message
 * @param event the message's value, serialised
 */
record JournalEntry(NoticeKind kind, String bidId, ByteString event) {
    /** The entry's bytes: kind (1), length of the bid id (2), bid id, event. */
    byte[] toBytes() {
        byte[] id = bidId.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[3 + id.length + event.size()];
        bytes[0] = kind.code();
        bytes[1] = (byte) (id.length >>> 8);
        bytes[2] = (byte) id.length;
        System.arraycopy(id, 0, bytes, 3, id.length);
        event.copyTo(bytes, 3 + id.length);
        return bytes;
    }

    /** The entry in {@code bytes}, or null where they are not an entry. */
    static @Nullable JournalEntry of(byte[] bytes) {
        if (bytes.length < 3) {
            return null;
        }
        NoticeKind kind = NoticeKind.of(bytes[0]);
        int idBytes = ((bytes[1] & 0xff) << 8) | (bytes[2] & 0xff);
        if (kind == null || kind.topic() == null || 3 + idBytes > bytes.length) {
            return null;
        }
        return new JournalEntry(kind, new String(bytes, 3, idBytes, StandardCharsets.UTF_8),
                ByteString.copyFrom(bytes, 3 + idBytes, bytes.length - 3 - idBytes));
    }
}
