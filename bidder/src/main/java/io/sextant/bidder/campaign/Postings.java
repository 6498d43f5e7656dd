package io.sextant.bidder.campaign;

import org.jspecify.annotations.Nullable;

/**
 * An immutable set of campaigns, to be combined with the bit sets of a match. A short set is a list, so that a million rarely
 * used site names cost little; a long one is a bit set, which is combined with another eight words at a time.
 */
final class Postings {
    static final Postings NONE = new Postings(new int[0], null);

    /** At most so many sets of a kind may all be bit sets. */
    private static final int FEW = 2_048;
    private static final int WORDS_PER_BIT = 10;

    private final int[] campaigns;
    private final long @Nullable [] bits;

    private Postings(int[] campaigns, long @Nullable [] bits) {
        this.campaigns = campaigns;
        this.bits = bits;
    }

    /**
     * Makes a set.
     *
     * @param campaigns rising campaign numbers; kept
     * @param words     length of the index's bit sets
     * @param sets      how many sets there are of this kind
     */
    static Postings of(int[] campaigns, int words, int sets) {
        // Many sets are kept small: four bytes a campaign against eight bytes a word. Few are kept fast: setting one bit takes
        // as long as combining some ten words.
        if (campaigns.length < (sets <= FEW ? words / WORDS_PER_BIT : 2 * words)) {
            return new Postings(campaigns, null);
        }
        long[] bits = new long[words];
        for (int campaign : campaigns) {
            CampaignSets.add(bits, campaign);
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
        for (int campaign : campaigns) {
            CampaignSets.add(set, campaign);
        }
    }

    /** {@code set ∩= (one ∪ this)}; {@code union} may be overwritten. */
    void keepEither(long[] one, long[] set, long[] union) {
        if (bits != null) {
            CampaignSets.keepEither(set, one, bits);
            return;
        }
        if (campaigns.length == 0) {
            CampaignSets.keep(set, one);
            return;
        }
        System.arraycopy(one, 0, union, 0, one.length);
        addTo(union);
        CampaignSets.keep(set, union);
    }

    /** {@code set ∖= this}. */
    void removeFrom(long[] set) {
        if (bits != null) {
            CampaignSets.remove(set, bits);
            return;
        }
        for (int campaign : campaigns) {
            CampaignSets.remove(set, campaign);
        }
    }
}
