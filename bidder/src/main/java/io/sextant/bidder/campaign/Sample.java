package io.sextant.bidder.campaign;

import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;

/**
 * Draws campaigns out of those that are left, one after the other, none twice, each of those not yet drawn as likely as the
 * others: a prefix of a uniformly drawn order. The draws are keyed by the decision, so the same decision draws the same. Hot
 * path.
 */
final class Sample {
    /*
     * A place among those left is drawn, found by how many lie before each word, and drawn again if it was met before. That is
     * the uniform order, exactly, and takes 1.4 draws a campaign until half of them are drawn, after which another way is
     * cheaper.
     */
    /** The decision's first draw chooses among the ads of all campaigns. */
    private static final int FIRST_COUNTER = 1;

    private Sample() {}

    /** Counts the campaigns that are left; prepares {@link #draw}, for which {@code scratch.union} is overwritten. */
    static int count(CampaignsLeft left, int[] before) {
        int count = 0;
        for (int i = 0; i < left.words(); i++) {
            before[i] = count;
            count += Long.bitCount(left.bits(i));
        }
        return count;
    }

    /**
     * Draws a campaign that may have been drawn before.
     *
     * @param turn  0, 1, 2, … for the draws of a decision
     * @param count what {@link #count} told
     */
    static int draw(CampaignsLeft left, int[] before, int count, long decisionKey, int turn) {
        int place = Draws.below(count, decisionKey, Purpose.CANDIDATES, FIRST_COUNTER + turn);
        int low = 0;
        int high = left.words() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (before[middle] <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        long bit = Long.expand(1L << (place - before[low]), left.bits(low));
        return (left.word(low) << 6) + Long.numberOfTrailingZeros(bit);
    }
}
