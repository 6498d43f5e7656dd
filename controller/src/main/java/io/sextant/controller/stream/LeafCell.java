package io.sextant.controller.stream;

import java.util.Set;

/** Names of leaf cells, "exchange/format" or "exchange/format/publisher". */
final class LeafCell {
    static final String OTHER = "other";
    private static final int LENGTH_MAX = 128;

    private LeafCell() {}

    /** The exchange, up to the first slash. */
    static String exchange(String leaf) {
        int slash = leaf.indexOf('/');
        return slash < 0 ? leaf : leaf.substring(0, slash);
    }

    /** The leaf cell that this one is counted in where it has no place of its own: another of the same exchange. */
    static String other(String leaf) {
        return exchange(leaf) + "/" + OTHER;
    }

    /**
     * The name that a leaf cell goes by in a set of a bounded number of names: its own, that of its exchange's others, or
     * that of all others.
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

    /** Whether this can be a leaf cell's name: an exchange, a slash and more, of bounded length. */
    static boolean valid(String leaf) {
        int slash = leaf.indexOf('/');
        return slash > 0 && slash < leaf.length() - 1 && leaf.length() <= LENGTH_MAX && leaf.indexOf('\0') < 0;
    }
}
