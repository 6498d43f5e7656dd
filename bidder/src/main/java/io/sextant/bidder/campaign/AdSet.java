package io.sextant.bidder.campaign;

import java.util.Arrays;

/**
 * A set of ads that is filled in any order and read in rising order, at a cost that depends on how many it holds. Hot path.
 *
 * <p>
 * Threading: in a loop's scratch.
 */
final class AdSet {
    /* Bits in two levels: of a word of the lower level that is not empty, the higher one has a bit. */
    private long[] bits = new long[0];
    private long[] words = new long[0];
    private int size;

    /** Makes room for so many ads; the set is empty then. */
    void fit(int ads) {
        int needed = CampaignSets.words(ads);
        if (needed > bits.length) {
            bits = new long[needed];
            words = new long[CampaignSets.words(needed)];
            size = 0;
        }
        clear();
    }

    /** Number of ads. */
    int size() {
        return size;
    }

    /** Adds an ad that is not there yet. */
    void add(int ad) {
        bits[ad >> 6] |= 1L << ad;
        words[ad >> 12] |= 1L << (ad >> 6);
        size++;
    }

    void clear() {
        if (size == 0) {
            return;
        }
        for (int i = 0; i < words.length; i++) {
            for (long left = words[i]; left != 0; left &= left - 1) {
                bits[(i << 6) + Long.numberOfTrailingZeros(left)] = 0;
            }
        }
        Arrays.fill(words, 0);
        size = 0;
    }

    /**
     * Writes {@code wanted} of the ads down, rising: the run of them that begins with the one in place {@code first} and goes
     * on from the beginning after the last.
     */
    void write(int first, int wanted, int[] out) {
        int beyond = first + wanted - size;
        int place = 0;
        int written = 0;
        for (int i = 0; i < words.length && written < wanted; i++) {
            for (long left = words[i]; left != 0 && written < wanted; left &= left - 1) {
                int word = (i << 6) + Long.numberOfTrailingZeros(left);
                for (long ads = bits[word]; ads != 0; ads &= ads - 1) {
                    boolean inRun = place < beyond || (place >= first && place < first + wanted);
                    place++;
                    if (inRun) {
                        out[written++] = (word << 6) + Long.numberOfTrailingZeros(ads);
                    }
                }
            }
        }
    }
}
