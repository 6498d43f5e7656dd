package io.sextant.bidder.campaign;

import java.util.Arrays;

/**
 * Numbers the values of one targeting dimension: 0, 1, 2, … in the order of their first appearance. Upper and lower case
 * of ASCII letters are the same. Look-ups read any part of any text and allocate nothing.
 *
 * <p>
 * Threading: filled by the thread that builds the index, then only read, by all event loops.
 */
final class Vocabulary {
    /*
     * Open addressing with linear probing, at most half full. A map of the JDK would need a new String for every
     * look-up of a parent domain or of a lower-case form.
     */
    /** Number of a value that never was added. */
    static final int ABSENT = -1;

    private String[] values = new String[8];
    private int[] slots = emptySlots(16);
    private int size;

    /** Number of different values. */
    int size() {
        return size;
    }

    /** The number of {@code value}, which is added if it is new. */
    int add(String value) {
        int found = number(value, 0, value.length());
        if (found != ABSENT) {
            return found;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size] = value;
        if (2 * (size + 1) > slots.length) {
            slots = emptySlots(2 * slots.length);
            for (int i = 0; i < size; i++) {
                place(i);
            }
        }
        place(size);
        return size++;
    }

    /** The number of {@code value}, or {@link #ABSENT}. */
    int number(CharSequence value) {
        return number(value, 0, value.length());
    }

    /** The number of {@code text[from..to)}, or {@link #ABSENT}. */
    int number(CharSequence text, int from, int to) {
        int mask = slots.length - 1;
        for (int slot = hash(text, from, to) & mask;; slot = (slot + 1) & mask) {
            int number = slots[slot];
            if (number == ABSENT || equal(values[number], text, from, to)) {
                return number;
            }
        }
    }

    private void place(int number) {
        String value = values[number];
        int mask = slots.length - 1;
        int slot = hash(value, 0, value.length()) & mask;
        while (slots[slot] != ABSENT) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = number;
    }

    private static int[] emptySlots(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, ABSENT);
        return slots;
    }

    private static int hash(CharSequence text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + lower(text.charAt(i));
        }
        // The finaliser of MurmurHash3: the low bits choose the slot and must depend on all others.
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    private static boolean equal(String value, CharSequence text, int from, int to) {
        if (value.length() != to - from) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (lower(value.charAt(i)) != lower(text.charAt(from + i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
}
