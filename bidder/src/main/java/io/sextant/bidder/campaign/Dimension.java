package io.sextant.bidder.campaign;

/**
 * One inverted list: for each value of one property, the campaigns that name it; and the campaigns that name none. Values are
 * numbers of a {@link Vocabulary}, which dimensions that are asked for the same values share; {@link Vocabulary#ABSENT} is
 * a value that nobody names.
 *
 * <p>
 * Threading: immutable once built; the working sets are the caller's.
 */
final class Dimension {
    private final Postings named;
    private final long[] open;
    private final long[] openWords;

    private Dimension(Postings named, long[] open) {
        this.named = named;
        this.open = open;
        this.openWords = CampaignSets.summary(open);
    }

    /** Whether any campaign names a value; if not, the dimension can be skipped. */
    boolean restricting() {
        return named.size() > 0;
    }

    /** Adds the campaigns that name the value to {@code union}, where anybody is left. */
    void addTo(int value, long[] union, CampaignsLeft left) {
        named.addTo(value, union, left);
    }

    /** Takes the campaigns that name the value away. */
    void removeFrom(int value, CampaignsLeft left) {
        named.removeFrom(value, left);
    }

    /** Adds the words in which any campaign names the value. */
    void addWordsTo(int value, long[] words) {
        named.addWordsTo(value, words);
    }

    /** Makes {@code union} the campaigns that name no value, where anybody is left. */
    void open(long[] union, CampaignsLeft left) {
        left.copy(open, union);
    }

    /** Adds the words in which any campaign names no value. */
    void addOpenWordsTo(long[] words) {
        for (int i = 0; i < openWords.length; i++) {
            words[i] |= openWords[i];
        }
    }

    /** Keeps the campaigns that name the value or no value at all. */
    void keep(int value, CampaignsLeft left, long[] union) {
        if (restricting()) {
            named.keepEither(value, open, left, union);
        }
    }

    /** Collects the values; campaigns come in rising order. */
    static final class Builder {
        private final Postings.Builder named;
        private final long[] open;

        Builder(int words) {
            this.named = new Postings.Builder(words);
            this.open = new long[words];
        }

        /** Notes that {@code campaign} names these values; none leaves it open. */
        void add(int campaign, int... values) {
            for (int value : values) {
                named.add(value, campaign);
            }
            if (values.length == 0) {
                CampaignSets.add(open, campaign);
            }
        }

        Dimension build() {
            return new Dimension(named.build(), open);
        }
    }
}
