package io.sextant.bidder.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One inverted list: for each value of one property, the campaigns that name it; and the campaigns that name none.
 *
 * <p>
 * Threading: immutable once built; the working sets are the caller's.
 */
final class Dimension {
    private final Vocabulary values;
    private final Postings[] postings;
    private final long[] open;

    private Dimension(Vocabulary values, Postings[] postings, long[] open) {
        this.values = values;
        this.postings = postings;
        this.open = open;
    }

    /** Whether any campaign names a value; if not, the dimension can be skipped. */
    boolean restricting() {
        return postings.length > 0;
    }

    /** The campaigns that name {@code value}. */
    Postings of(CharSequence value) {
        return of(value, 0, value.length());
    }

    /** The campaigns that name {@code text[from..to)}. */
    Postings of(CharSequence text, int from, int to) {
        int number = values.number(text, from, to);
        return number == Vocabulary.ABSENT ? Postings.NONE : postings[number];
    }

    /** Makes {@code union} the campaigns that name no value. */
    void open(long[] union) {
        System.arraycopy(open, 0, union, 0, open.length);
    }

    /** Keeps the campaigns that name {@code value} or no value at all. */
    void keep(CharSequence value, long[] left, long[] union) {
        if (!restricting()) {
            return;
        }
        of(value).keepEither(open, left, union);
    }

    /** Collects the values; campaigns come in rising order. */
    static final class Builder {
        private final Vocabulary values = new Vocabulary();
        private final List<int[]> campaigns = new ArrayList<>();
        private final List<Integer> sizes = new ArrayList<>();
        private final long[] open;

        Builder(int words) {
            this.open = new long[words];
        }

        /** Notes that {@code campaign} names these values; none leaves it open. */
        void add(int campaign, Iterable<String> named) {
            boolean any = false;
            for (String value : named) {
                add(campaign, value);
                any = true;
            }
            if (!any) {
                CampaignSets.add(open, campaign);
            }
        }

        private void add(int campaign, String value) {
            int number = values.add(value);
            if (number == campaigns.size()) {
                campaigns.add(new int[4]);
                sizes.add(0);
            }
            int size = sizes.get(number);
            int[] list = campaigns.get(number);
            if (size > 0 && list[size - 1] == campaign) {
                return;
            }
            if (size == list.length) {
                list = Arrays.copyOf(list, 2 * size);
                campaigns.set(number, list);
            }
            list[size] = campaign;
            sizes.set(number, size + 1);
        }

        Dimension build() {
            var postings = new Postings[campaigns.size()];
            for (int i = 0; i < postings.length; i++) {
                postings[i] = Postings.of(Arrays.copyOf(campaigns.get(i), sizes.get(i)), open.length, postings.length);
            }
            return new Dimension(values, postings, open);
        }
    }
}
