package io.sextant.controller.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Something that is due for a bid; its key sorts by time, then by bid, then by what.
 *
 * @param timeMs event time, not negative
 * @param bidId  the bid
 * @param what   one of the constants
 */
record Deadline(long timeMs, String bidId, byte what) {
    /** The impression's label goes to the trainer. */
    static final byte LABEL = 0;
    /** No click corrects the label any more. */
    static final byte CLOSE = 1;
    /** The ledger is deleted. */
    static final byte FORGET = 2;

    /** The key says all. */
    static final byte[] NO_VALUE = new byte[0];

    static Bytes first(long timeMs) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(timeMs).array());
    }

    static Deadline of(Bytes key) {
        ByteBuffer buffer = ByteBuffer.wrap(key.get());
        long timeMs = buffer.getLong();
        String bidId = StandardCharsets.UTF_8.decode(buffer.slice(Long.BYTES, buffer.remaining() - 1)).toString();
        return new Deadline(timeMs, bidId, buffer.get(buffer.capacity() - 1));
    }

    Bytes key() {
        byte[] id = bidId.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + id.length + 1).putLong(timeMs).put(id).put(what).array());
    }
}
