package io.sextant.controller.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys that sort by arm, then by time, then by name: one range scan finds what an arm holds between two times. Arms hold
 * no NUL, which ends them.
 */
final class PaneKey {
    private PaneKey() {}

    /** Where the arm's entries from {@code timeMs} on begin; no entry has this key itself. */
    static Bytes first(String arm, long timeMs) {
        return key(arm, timeMs, new byte[0]);
    }

    /** Key of one named entry. */
    static Bytes of(String arm, long timeMs, String name) {
        return key(arm, timeMs, name.getBytes(StandardCharsets.UTF_8));
    }

    /** Name of a key of {@code arm}. */
    static String name(String arm, Bytes key) {
        int start = armLength(arm) + Long.BYTES;
        return new String(key.get(), start, key.get().length - start, StandardCharsets.UTF_8);
    }

    private static Bytes key(String arm, long timeMs, byte[] name) {
        byte[] armBytes = arm.getBytes(StandardCharsets.UTF_8);
        ByteBuffer key = ByteBuffer.allocate(armBytes.length + 1 + Long.BYTES + name.length);
        return Bytes.wrap(key.put(armBytes).put((byte) 0).putLong(timeMs).put(name).array());
    }

    private static int armLength(String arm) {
        return arm.getBytes(StandardCharsets.UTF_8).length + 1;
    }
}
