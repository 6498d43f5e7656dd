package io.sextant.bidder.pipeline;

/** The ads of an impression that may spend, as a set of their places: bit {@code i % 8} of byte {@code i / 8}. */
public final class PermittedBits {
    private PermittedBits() {}

    /** Bytes that a set over so many places takes. */
    public static int bytes(int size) {
        return (size + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Adds a place. */
    public static void add(int place, byte[] set) {
        set[place >> 3] |= (byte) (1 << (place & 7));
    }

    /** Adds the first {@code size} places. */
    public static void addAll(int size, byte[] set) {
        for (int place = 0; place < size; place++) {
            add(place, set);
        }
    }

    /** Whether a place is in the set; one beyond its end is not. */
    public static boolean contains(int place, byte[] set) {
        return place >> 3 < set.length && (set[place >> 3] & 1 << (place & 7)) != 0;
    }
}
