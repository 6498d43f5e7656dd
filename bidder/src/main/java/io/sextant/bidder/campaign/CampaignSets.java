package io.sextant.bidder.campaign;

/** What is done with sets of campaigns that are bit sets, bit {@code n} in word {@code n / 64}. Hot path. */
final class CampaignSets {
    private CampaignSets() {}

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

    /** {@code set ∩= (one ∪ other)}. */
    static void keepEither(long[] set, long[] one, long[] other) {
        for (int i = 0; i < set.length; i++) {
            set[i] &= one[i] | other[i];
        }
    }

    /** {@code set ∖= other}. */
    static void remove(long[] set, long[] other) {
        for (int i = 0; i < set.length; i++) {
            set[i] &= ~other[i];
        }
    }

    static void add(long[] set, int campaign) {
        set[campaign >> 6] |= 1L << campaign;
    }

    static void remove(long[] set, int campaign) {
        set[campaign >> 6] &= ~(1L << campaign);
    }

    /** The first campaign from {@code from} on that is in both sets, or -1. */
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
}
