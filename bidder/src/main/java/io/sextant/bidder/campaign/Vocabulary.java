package io.sextant.bidder.campaign;

import com.google.protobuf.ByteString;
import com.google.protobuf.LazyStringList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers the values of one or more targeting dimensions: 0, 1, 2, … in the order of their first appearance. A value is a
 * text within a space: the taxonomy of a category, the country of a region. Upper and lower case of ASCII letters are the
 * same. Look-ups read any part of any text and allocate nothing.
 *
 * <p>
 * Threading: filled by the thread that builds the index, then only read, by all event loops.
 */
final class Vocabulary {
    /*
     * Open addressing with linear probing, at most half full. A request asks for some fifty values, and each new line of memory
     * may take as long as hashing one of them: a slot has hash and number side by side, so that a value that nobody names is
     * settled in one place, and all texts lie in one array, not in a String each. A map of the JDK would need a new String
     * for every look-up of a parent domain or of a lower-case form.
     */
    /** Number of a value that never was added. */
    static final int ABSENT = -1;
    /** The space of texts that need none. */
    static final long PLAIN = 0;

    private static final long EMPTY = -1;
    /** Characters that stand before a value's text. */
    private static final int HEAD = 6;
    private static final long FOLD = 0x0020_0020_0020_0020L;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** By slot, the hash; then the number, and where {@code texts} has the value. A free slot's number is ABSENT. */
    private long[] slots = emptySlots(16);
    /** Of each value its space, four characters, its length, two, and its text in lower case. */
    private char[] texts = new char[256];
    private int used;
    private int size;

    /** The number of the value, which is added if it is new. */
    int add(long space, String value) {
        int found = number(space, value);
        if (found != ABSENT) {
            return found;
        }
        if (2 * (size + 1) > slots.length / 2) {
            long[] before = slots;
            slots = emptySlots(2 * before.length);
            for (int i = 0; i < before.length; i += 2) {
                if (before[i + 1] != EMPTY) {
                    place(before[i], before[i + 1]);
                }
            }
        }
        place(hash(space, value, 0, value.length()), (long) size << 32 | used);
        write(space, value);
        return size++;
    }

    private void write(long space, String value) {
        int needed = used + HEAD + value.length();
        if (needed > texts.length) {
            texts = Arrays.copyOf(texts, Math.max(needed, 2 * texts.length));
        }
        long head = space;
        for (int i = 0; i < 4; i++) {
            texts[used++] = (char) (head >>> (16 * i));
        }
        texts[used++] = (char) value.length();
        texts[used++] = (char) (value.length() >>> 16);
        for (int i = 0; i < value.length(); i++) {
            texts[used++] = lower(value.charAt(i));
        }
    }

    /** The number of a value that is no text; it is its space alone. */
    int number(long space) {
        return number(space, "", 0, 0);
    }

    /** The number of {@code value}, or {@link #ABSENT}. */
    int number(long space, String value) {
        return number(space, value, 0, value.length());
    }

    /** The number of {@code text[from..to)}, or {@link #ABSENT}. */
    int number(long space, String text, int from, int to) {
        long hash = hash(space, text, from, to);
        int mask = slots.length - 1;
        for (int slot = 2 * (int) hash & mask;; slot = slot + 2 & mask) {
            long entry = slots[slot + 1];
            if (entry == EMPTY) {
                return ABSENT;
            }
            if (slots[slot] == hash && isHead((int) entry, space, to - from)
                    && equal((int) entry + HEAD, text, from, to)) {
                return (int) (entry >>> 32);
            }
        }
    }

    /**
     * The number of one of a message's texts. What came over the wire and has not been asked for since is read as it lies
     * there: a String would have to be made of it first, and most lists of what is blocked are read only here.
     */
    int number(long space, List<String> texts, int i) {
        if (texts instanceof LazyStringList lazy && lazy.getRaw(i) instanceof ByteString bytes && isAscii(bytes)) {
            return number(space, bytes);
        }
        return number(space, texts.get(i));
    }

    private int number(long space, ByteString text) {
        long hash = hash(space, text);
        int mask = slots.length - 1;
        for (int slot = 2 * (int) hash & mask;; slot = slot + 2 & mask) {
            long entry = slots[slot + 1];
            if (entry == EMPTY) {
                return ABSENT;
            }
            if (slots[slot] == hash && isHead((int) entry, space, text.size()) && equal((int) entry + HEAD, text)) {
                return (int) (entry >>> 32);
            }
        }
    }

    private static boolean isAscii(ByteString text) {
        int all = 0;
        for (int i = 0; i < text.size(); i++) {
            all |= text.byteAt(i);
        }
        return all >= 0;
    }

    private void place(long hash, long entry) {
        int mask = slots.length - 1;
        int slot = 2 * (int) hash & mask;
        while (slots[slot + 1] != EMPTY) {
            slot = slot + 2 & mask;
        }
        slots[slot] = hash;
        slots[slot + 1] = entry;
    }

    private static long[] emptySlots(int length) {
        long[] slots = new long[length];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    /** Four characters a step, so that a step's multiplication does not wait for each of them. */
    private static long hash(long space, String text, int from, int to) {
        long hash = (space + to - from) * MIX;
        int i = from;
        for (; i + 4 <= to; i += 4) {
            long four = text.charAt(i) | (long) text.charAt(i + 1) << 16 | (long) text.charAt(i + 2) << 32
                    | (long) text.charAt(i + 3) << 48;
            hash = step(hash, four | FOLD);
        }
        for (; i < to; i++) {
            hash = step(hash, text.charAt(i) | FOLD);
        }
        return finish(hash);
    }

    /** The low bits choose the slot and must depend on all others. */
    private static long finish(long hash) {
        long product = (hash ^ (hash >>> 32)) * MIX;
        return product ^ (product >>> 29);
    }

    /** As of the same text in a String. */
    private static long hash(long space, ByteString text) {
        int to = text.size();
        long hash = (space + to) * MIX;
        int i = 0;
        for (; i + 4 <= to; i += 4) {
            long four = text.byteAt(i) | (long) text.byteAt(i + 1) << 16 | (long) text.byteAt(i + 2) << 32
                    | (long) text.byteAt(i + 3) << 48;
            hash = step(hash, four | FOLD);
        }
        for (; i < to; i++) {
            hash = step(hash, text.byteAt(i) | FOLD);
        }
        return finish(hash);
    }

    private static long step(long hash, long characters) {
        long product = (hash ^ characters) * MIX;
        return product ^ (product >>> 32);
    }

    private boolean isHead(int at, long space, int length) {
        return texts[at] == (char) space && texts[at + 1] == (char) (space >>> 16)
                && texts[at + 2] == (char) (space >>> 32) && texts[at + 3] == (char) (space >>> 48)
                && (texts[at + 4] | texts[at + 5] << 16) == length;
    }

    private boolean equal(int at, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (texts[at + i - from] != lower(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean equal(int at, ByteString text) {
        for (int i = 0; i < text.size(); i++) {
            if (texts[at + i] != lower((char) text.byteAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
}
