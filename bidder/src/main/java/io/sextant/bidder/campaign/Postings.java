package io.sextant.bidder.campaign;

import org.jspecify.annotations.Nullable;

/**
 * An immutable set of ads, to be combined with the bit sets of a match. Kept as a list while that is smaller than a bit
 * set, so that a million rarely used site names cost little and a popular one stays fast.
 */
final class Postings {
    static final Postings NONE = new Postings(new int[0], null);

    private final int[] ads;
    private final long @Nullable [] bits;

    private Postings(int[] ads, long @Nullable [] bits) {
        this.ads = ads;
        this.bits = bits;
    }

    /**
     * Makes a set.
     *
     * @param ads   rising ad numbers; kept
     * @param words length of the index's bit sets
     */
    static Postings of(int[] ads, int words) {
        // Four bytes an ad against eight bytes a word.
        if (ads.length < 2 * words) {
            return new Postings(ads, null);
        }
        long[] bits = new long[words];
        for (int ad : ads) {
            AdSets.add(bits, ad);
        }
        return new Postings(new int[0], bits);
    }

    /** {@code set ∪= this}. */
    void addTo(long[] set) {
        if (bits != null) {
            for (int i = 0; i < bits.length; i++) {
                set[i] |= bits[i];
            }
            return;
        }
        for (int ad : ads) {
            AdSets.add(set, ad);
        }
    }

    /** {@code set ∖= this}. */
    void removeFrom(long[] set) {
        if (bits != null) {
            AdSets.remove(set, bits);
            return;
        }
        for (int ad : ads) {
            AdSets.remove(set, ad);
        }
    }
}
