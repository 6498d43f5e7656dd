package io.sextant.bidder.campaign;

/** What is done with sets of ads that are bit sets, bit {@code ad} in word {@code ad / 64}. Hot path. */
final class AdSets {
    private AdSets() {}

    static boolean isEmpty(long[] set) {
        for (long word : set) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** {@code set ∩= other}. */
    static void keep(long[] set, long[] other) {
        for (int i = 0; i < set.length; i++) {
            set[i] &= other[i];
        }
    }

    /** {@code set ∖= other}. */
    static void remove(long[] set, long[] other) {
        for (int i = 0; i < set.length; i++) {
            set[i] &= ~other[i];
        }
    }

    static void add(long[] set, int ad) {
        set[ad >> 6] |= 1L << ad;
    }

    static void remove(long[] set, int ad) {
        set[ad >> 6] &= ~(1L << ad);
    }

    static int count(long[] set) {
        int count = 0;
        for (long word : set) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** The first ad from {@code from} on that is in both sets, or -1. */
    static int next(long[] set, long[] other, int from) {
        int word = from >> 6;
        if (word >= set.length) {
            return -1;
        }
        long bits = set[word] & other[word] & (-1L << from);
        while (bits == 0) {
            if (++word == set.length) {
                return -1;
            }
            bits = set[word] & other[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    /**
     * Writes the members from the {@code from}-th up to before the {@code to}-th, counted from 0, to {@code out} from
     * {@code at} on; returns where the next one would go.
     */
    static int copy(long[] set, int from, int to, int[] out, int at) {
        int next = at;
        int rank = 0;
        for (int word = 0; rank < to && word < set.length; word++) {
            int members = Long.bitCount(set[word]);
            if (rank + members > from) {
                for (long bits = set[word]; bits != 0; bits &= bits - 1) {
                    if (rank >= from && rank < to) {
                        out[next++] = (word << 6) + Long.numberOfTrailingZeros(bits);
                    }
                    rank++;
                }
            } else {
                rank += members;
            }
        }
        return next;
    }
}
