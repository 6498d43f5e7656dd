package io.sextant.bidder.campaign;

/**
 * The campaigns that a request's conditions have left so far. A bit set that knows which of its words still have any, so that a
 * condition costs what is left of the catalogue and not what there is. Hot path.
 *
 * <p>
 * Threading: in a loop's scratch.
 */
final class CampaignsLeft {
    /*
     * Words that have been left out keep whatever they had; nobody reads them. A union to be intersected with is right in the
     * words that are left only, and may have anything elsewhere.
     *
     * While more than a quarter of the words is left, all are worked on: the compiler does eight at a time where they lie in a
     * row, and one at a time where they are picked.
     */
    private static final int PICKED_PART = 4;

    private final long[] bits;
    /** The words that may have any, rising; the first {@code count}. */
    private final int[] live;
    /** Words that the first condition leaves, as a set. */
    private final long[] start;
    private int count;

    /** Makes a set of nobody, out of catalogues of so many words. */
    CampaignsLeft(int words) {
        this.bits = new long[words];
        this.live = new int[words];
        this.start = new long[CampaignSets.words(words)];
    }

    private boolean picked() {
        return count * PICKED_PART < bits.length;
    }

    /** The words in which the first union, of {@link #unite} to come, may have any; cleared by {@link #begin}. */
    long[] start() {
        return start;
    }

    /** Begins with the words of {@link #start}, all of whose campaigns are {@code left}. */
    void begin(long[] left) {
        int words = 0;
        for (int i = 0; i < start.length; i++) {
            for (long bit = start[i]; bit != 0; bit &= bit - 1) {
                int word = (i << 6) + Long.numberOfTrailingZeros(bit);
                bits[word] = left[word];
                live[words++] = word;
            }
            start[i] = 0;
        }
        count = words;
    }

    /** Begins with what is left in another set of the same length. */
    void begin(CampaignsLeft other) {
        count = other.count;
        for (int i = 0; i < count; i++) {
            int word = other.live[i];
            live[i] = word;
            bits[word] = other.bits[word];
        }
    }

    /** Whether nobody is left. Forgets the words that have become empty. */
    boolean isEmpty() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int word = live[i];
            live[kept] = word;
            kept += bits[word] == 0 ? 0 : 1;
        }
        count = kept;
        return kept == 0;
    }

    /** {@code this ∩= set}. */
    void keep(long[] set) {
        if (!picked()) {
            for (int word = 0; word < bits.length; word++) {
                bits[word] &= set[word];
            }
            return;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int word = live[i];
            long left = bits[word] & set[word];
            bits[word] = left;
            live[kept] = word;
            kept += left == 0 ? 0 : 1;
        }
        count = kept;
    }

    /** {@code this ∩= (one ∪ other)}. */
    void keepEither(long[] one, long[] other) {
        if (!picked()) {
            for (int word = 0; word < bits.length; word++) {
                bits[word] &= one[word] | other[word];
            }
            return;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int word = live[i];
            long left = bits[word] & (one[word] | other[word]);
            bits[word] = left;
            live[kept] = word;
            kept += left == 0 ? 0 : 1;
        }
        count = kept;
    }

    /** {@code this ∖= set}. */
    void remove(long[] set) {
        if (!picked()) {
            for (int word = 0; word < bits.length; word++) {
                bits[word] &= ~set[word];
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int word = live[i];
            bits[word] &= ~set[word];
        }
    }

    void remove(int campaign) {
        bits[campaign >> 6] &= ~(1L << campaign);
    }

    /** {@code union = set}, where anybody is left. */
    void copy(long[] set, long[] union) {
        if (!picked()) {
            System.arraycopy(set, 0, union, 0, bits.length);
            return;
        }
        for (int i = 0; i < count; i++) {
            union[live[i]] = set[live[i]];
        }
    }

    /** {@code union = this ∖ set}, where anybody is left. */
    void copyWithout(long[] set, long[] union) {
        for (int i = 0; i < count; i++) {
            int word = live[i];
            union[word] = bits[word] & ~set[word];
        }
    }

    /** {@code union = ∅}, where anybody is left. */
    void clear(long[] union) {
        for (int i = 0; i < count; i++) {
            union[live[i]] = 0;
        }
    }

    /** {@code union ∪= set}, where anybody is left. */
    void unite(long[] set, long[] union) {
        if (!picked()) {
            for (int word = 0; word < bits.length; word++) {
                union[word] |= set[word];
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            int word = live[i];
            union[word] |= set[word];
        }
    }

    /** Number of words to be looked at by {@link #word} and {@link #bits}. */
    int words() {
        return count;
    }

    /** The i-th word that may have any: its number. */
    int word(int i) {
        return live[i];
    }

    /** The i-th word that may have any: the campaigns, from 64 times its number on. */
    long bits(int i) {
        return bits[live[i]];
    }
}
