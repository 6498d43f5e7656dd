package io.sextant.controller.stream;

import java.util.Set;

/** Names of leaf cells, "exchange/format" or "exchange/format/publisher". */
final class LeafCell {
    static final String OTHER = "other";
    /** Stands for the exchange in the name of a format's cell. */
    static final String ANY_EXCHANGE = "*";
    private static final int LENGTH_MAX = 128;

    private LeafCell() {}

    /** The exchange: up to the first slash. */
    static String exchange(String leaf) {
        return leaf.substring(0, leaf.indexOf('/'));
    }

    /** The cell of the leaf's format on all exchanges. */
    static String formatCell(String leaf) {
        int start = leaf.indexOf('/') + 1;
        int end = leaf.indexOf('/', start);
        return ANY_EXCHANGE + "/" + leaf.substring(start, end < 0 ? leaf.length() : end);
    }

    /**
     * The leaf cell that this one is counted in where it has no place of its own: another publisher of the same exchange and
     * format, or another format of the same exchange.
     */
    static String other(String leaf) {
        int second = leaf.indexOf('/', leaf.indexOf('/') + 1);
        return (second < 0 ? exchange(leaf) : leaf.substring(0, second)) + "/" + OTHER;
    }

    /**
     * The name that a leaf cell goes by in a set of a bounded number of names: its own, {@link #other}, or that of all
     * others.
     *
     * @param known the names in the set so far
     * @param own   a name is its own as long as there are fewer than this
     * @param all   there are never more than this
     */
    static String bounded(String leaf, Set<String> known, int own, int all) {
        if (known.contains(leaf) || known.size() < own) {
            return leaf;
        }
        String other = other(leaf);
        return known.contains(other) || known.size() < all - 1 ? other : OTHER + "/" + OTHER;
    }

    /**
     * Whether this can be a leaf cell's name: two or three parts, none of them empty, of bounded length in all. A publisher
     * may have slashes in its name.
     */
    static boolean valid(String leaf) {
        if (leaf.length() > LENGTH_MAX || leaf.indexOf('\0') >= 0) {
            return false;
        }
        int first = leaf.indexOf('/');
        int second = leaf.indexOf('/', first + 1);
        // An exchange of this name would be taken for the sum over exchanges.
        boolean exchange = first > 0 && !leaf.startsWith(ANY_EXCHANGE + "/");
        boolean rest = second < 0 ? first < leaf.length() - 1
                : second > first + 1 && second < leaf.length() - 1;
        return exchange && rest;
    }
}
