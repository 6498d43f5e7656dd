package io.sextant.controller.stream;

/** Names of leaf cells, "exchange/format". */
final class LeafCell {
    private static final int LENGTH_MAX = 128;

    private LeafCell() {}

    /** The exchange, up to the first slash. */
    static String exchange(String leaf) {
        int slash = leaf.indexOf('/');
        return slash < 0 ? leaf : leaf.substring(0, slash);
    }

    /** Whether this can be a leaf cell's name: an exchange, a slash and more, of bounded length. */
    static boolean valid(String leaf) {
        int slash = leaf.indexOf('/');
        return slash > 0 && slash < leaf.length() - 1 && leaf.length() <= LENGTH_MAX;
    }
}
