package io.sextant.bidder.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbered immutable sets of campaigns, to be combined with those that are left. Short sets are lists, so that a million rarely
 * used site names cost little; long ones are bit sets. Hot path.
 */
final class Postings {
    /* All lists lie in one array: an object for each would be two more places of memory to wait for. */
    /** At most so many sets may all be bit sets. */
    private static final int FEW = 2_048;
    private static final int WORDS_PER_BIT = 10;
    private static final int IS_BITS = -1;

    /** By set, in the lower half its length, or IS_BITS; in the upper half where its list begins, or its place in {@code bits}. */
    private final long[] spans;
    private final int[] lists;
    private final long[][] bits;
    private final long[][] summaries;

    private Postings(long[] spans, int[] lists, long[][] bits) {
        this.spans = spans;
        this.lists = lists;
        this.bits = bits;
        this.summaries = Arrays.stream(bits).map(CampaignSets::summary).toArray(long[][]::new);
    }

    /** Number of sets. */
    int size() {
        return spans.length;
    }

    private int start(int set) {
        return (int) (spans[set] >>> 32);
    }

    private int end(int set) {
        return start(set) + (int) spans[set];
    }

    private boolean isBits(int set) {
        return (int) spans[set] == IS_BITS;
    }

    private boolean isNone(int set) {
        return set < 0 || set >= spans.length;
    }

    /** {@code union ∪= set}, where anybody is left; a number that no set has is that of the empty set, here and below. */
    void addTo(int set, long[] union, CampaignsLeft left) {
        if (isNone(set)) {
            return;
        }
        if (isBits(set)) {
            left.unite(bits[start(set)], union);
            return;
        }
        addList(set, union);
    }

    /** {@code union ∪= set}, everywhere. */
    void addTo(int set, long[] union) {
        if (isNone(set)) {
            return;
        }
        if (isBits(set)) {
            unite(bits[start(set)], union);
            return;
        }
        addList(set, union);
    }

    private void addList(int set, long[] union) {
        int end = end(set);
        for (int i = start(set); i < end; i++) {
            CampaignSets.add(union, lists[i]);
        }
    }

    private static void unite(long[] set, long[] union) {
        for (int i = 0; i < set.length; i++) {
            union[i] |= set[i];
        }
    }

    /** Adds the words in which there is anybody. */
    void addWordsTo(int set, long[] words) {
        if (isNone(set)) {
            return;
        }
        if (isBits(set)) {
            unite(summaries[start(set)], words);
            return;
        }
        int end = end(set);
        for (int i = start(set); i < end; i++) {
            CampaignSets.add(words, lists[i] >> 6);
        }
    }

    /** {@code left ∩= (open ∪ set)}; {@code union} may be overwritten. */
    void keepEither(int set, long[] open, CampaignsLeft left, long[] union) {
        if (isNone(set)) {
            left.keep(open);
            return;
        }
        if (isBits(set)) {
            left.keepEither(open, bits[start(set)]);
            return;
        }
        left.copy(open, union);
        addList(set, union);
        left.keep(union);
    }

    /** {@code left ∖= set}. */
    void removeFrom(int set, CampaignsLeft left) {
        if (isNone(set)) {
            return;
        }
        if (isBits(set)) {
            left.remove(bits[start(set)]);
            return;
        }
        int end = end(set);
        for (int i = start(set); i < end; i++) {
            left.remove(lists[i]);
        }
    }

    /** Collects the sets; campaigns come in rising order. */
    static final class Builder {
        private final List<int[]> campaigns = new ArrayList<>();
        private final List<Integer> sizes = new ArrayList<>();
        private final int words;
        private int filled;

        /** For catalogues whose bit sets have so many words. */
        Builder(int words) {
            this.words = words;
        }

        void add(int set, int campaign) {
            while (set >= campaigns.size()) {
                campaigns.add(new int[0]);
                sizes.add(0);
            }
            int size = sizes.get(set);
            int[] list = campaigns.get(set);
            if (size > 0 && list[size - 1] == campaign) {
                return;
            }
            if (size == 0) {
                filled++;
            }
            if (size == list.length) {
                list = Arrays.copyOf(list, Math.max(4, 2 * size));
                campaigns.set(set, list);
            }
            list[size] = campaign;
            sizes.set(set, size + 1);
        }

        /* Many sets are kept small: four bytes a campaign against eight bytes a word. Few are kept fast: setting one bit takes as
         * long as combining some ten words. */
        private boolean isLong(int size) {
            return size > 0 && size >= (filled <= FEW ? words / WORDS_PER_BIT : 2 * words);
        }

        Postings build() {
            long[] spans = new long[campaigns.size()];
            int[] lists = new int[sizes.stream().filter(size -> !isLong(size)).mapToInt(Integer::intValue).sum()];
            List<long[]> bits = new ArrayList<>();
            int used = 0;
            for (int set = 0; set < spans.length; set++) {
                int size = sizes.get(set);
                if (isLong(size)) {
                    spans[set] = (long) bits.size() << 32 | (IS_BITS & 0xFFFFFFFFL);
                    long[] members = new long[words];
                    for (int i = 0; i < size; i++) {
                        CampaignSets.add(members, campaigns.get(set)[i]);
                    }
                    bits.add(members);
                } else {
                    spans[set] = (long) used << 32 | size;
                    System.arraycopy(campaigns.get(set), 0, lists, used, size);
                    used += size;
                }
            }
            return new Postings(spans, lists, bits.toArray(long[][]::new));
        }
    }
}
