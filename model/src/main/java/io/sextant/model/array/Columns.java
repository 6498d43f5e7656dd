package io.sextant.model.array;

/** Sets of columns as bits. */
final class Columns {
    private Columns() {}

    /** Lists the set bits of the first {@code width} in order; returns how many there are. */
    static int list(long[] bits, int width, int[] list) {
        int count = 0;
        for (int word = 0; word < width / Long.SIZE; word++) {
            for (long left = bits[word]; left != 0; left &= left - 1) {
                list[count++] = word * Long.SIZE + Long.numberOfTrailingZeros(left);
            }
        }
        return count;
    }
}
