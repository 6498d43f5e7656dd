package io.sextant.bidder.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One inverted list: for each value of one property, the ads that name it; and the ads that name none.
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

    /** Whether any ad names a value; if not, the dimension can be skipped. */
    boolean restricting() {
        return postings.length > 0;
    }

    /** The ads that name {@code value}. */
    Postings of(CharSequence value) {
        return of(value, 0, value.length());
    }

    /** The ads that name {@code text[from..to)}. */
    Postings of(CharSequence text, int from, int to) {
        int number = values.number(text, from, to);
        return number == Vocabulary.ABSENT ? Postings.NONE : postings[number];
    }

    /** Makes {@code union} the ads that name no value. */
    void open(long[] union) {
        System.arraycopy(open, 0, union, 0, open.length);
    }

    /** Keeps the ads that name {@code value} or no value at all. */
    void keep(CharSequence value, long[] left, long[] union) {
        if (!restricting()) {
            return;
        }
        open(union);
        of(value).addTo(union);
        AdSets.keep(left, union);
    }

    /** Collects the values; ads come in rising order. */
    static final class Builder {
        private final Vocabulary values = new Vocabulary();
        private final List<int[]> ads = new ArrayList<>();
        private final List<Integer> sizes = new ArrayList<>();
        private final long[] open;

        Builder(int words) {
            this.open = new long[words];
        }

        /** Notes that {@code ad} names these values; none leaves it open. */
        void add(int ad, Iterable<String> named) {
            boolean any = false;
            for (String value : named) {
                add(ad, value);
                any = true;
            }
            if (!any) {
                AdSets.add(open, ad);
            }
        }

        private void add(int ad, String value) {
            int number = values.add(value);
            if (number == ads.size()) {
                ads.add(new int[4]);
                sizes.add(0);
            }
            int size = sizes.get(number);
            int[] list = ads.get(number);
            if (size > 0 && list[size - 1] == ad) {
                return;
            }
            if (size == list.length) {
                list = Arrays.copyOf(list, 2 * size);
                ads.set(number, list);
            }
            list[size] = ad;
            sizes.set(number, size + 1);
        }

        Dimension build() {
            var postings = new Postings[ads.size()];
            for (int i = 0; i < postings.length; i++) {
                postings[i] = Postings.of(Arrays.copyOf(ads.get(i), sizes.get(i)), open.length);
            }
            return new Dimension(values, postings, open);
        }
    }
}
