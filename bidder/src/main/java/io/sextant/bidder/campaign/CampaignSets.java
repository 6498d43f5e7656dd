package io.sextant.bidder.campaign;

/** Sets of campaigns that are bit sets, bit {@code n} in word {@code n / 64}. */
final class CampaignSets {
    private CampaignSets() {}

    /** Length of a set over so many. */
    static int words(int size) {
        return (size + Long.SIZE - 1) / Long.SIZE;
    }

    static void add(long[] set, int campaign) {
        set[campaign >> 6] |= 1L << campaign;
    }

    static boolean contains(long[] set, int campaign) {
        return (set[campaign >> 6] & 1L << campaign) != 0;
    }

    /** The set of the words of {@code set} that are not empty. */
    static long[] summary(long[] set) {
        long[] summary = new long[words(set.length)];
        for (int word = 0; word < set.length; word++) {
            if (set[word] != 0) {
                add(summary, word);
            }
        }
        return summary;
    }
}
