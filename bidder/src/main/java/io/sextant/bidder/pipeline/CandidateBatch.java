package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.AdTerms;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.util.Arrays;

/**
 * The candidates of one impression as a table of primitive columns; a candidate is a row number, and its row is the same in
 * the {@code FeatureBatch}. Rows are in the order of ad numbers.
 *
 * <p>
 * Threading: owned by one event loop; overwritten by every impression.
 */
final class CandidateBatch {
    /** {@code deal} of a candidate that bids in the open auction. */
    static final int OPEN_AUCTION = -1;

    /** Ad number in the campaign index. */
    final int[] ad;
    /** The model's plain logit, and the one after exploration. */
    final float[] logit;
    final float[] exploredLogit;
    /** The click probabilities of both, calibrated. */
    final double[] pctr;
    final double[] exploredPctr;
    /** The bid at the plain click probability and modifier 1 in the open auction, micros of USD per 1000 impressions. */
    final long[] plainCpmMicros;
    /** The bid, micros of USD per 1000 impressions; 0 where the candidate stays below its floor. */
    final long[] bidCpmMicros;
    /** The bid in micros of the answer's currency. */
    final long[] priceMicros;
    /** The floor that holds for the bid, in micros of the answer's currency. */
    final long[] floorMicros;
    /** What the candidates compete by: the bid at the explored click probability. */
    final long[] rankCpmMicros;
    /** Number of the deal among the impression's, or OPEN_AUCTION. */
    final int[] deal;
    int size;

    CandidateBatch(int capacity) {
        this.ad = new int[capacity];
        this.logit = new float[capacity];
        this.exploredLogit = new float[capacity];
        this.pctr = new double[capacity];
        this.exploredPctr = new double[capacity];
        this.plainCpmMicros = new long[capacity];
        this.bidCpmMicros = new long[capacity];
        this.priceMicros = new long[capacity];
        this.floorMicros = new long[capacity];
        this.rankCpmMicros = new long[capacity];
        this.deal = new int[capacity];
    }

    /** Notes that nothing is predicted of the candidates. */
    void clearPredictions() {
        Arrays.fill(pctr, 0, size, 0);
        Arrays.fill(exploredPctr, 0, size, 0);
    }

    int capacity() {
        return ad.length;
    }

    /** Keeps the rows that are permitted, in their order; for before anything but {@code ad} is filled. */
    void keep(byte[] permitted) {
        int kept = 0;
        for (int row = 0; row < size; row++) {
            ad[kept] = ad[row];
            kept += PermittedBits.contains(row, permitted) ? 1 : 0;
        }
        size = kept;
    }

    /** Takes the bids of a campaign away. */
    void drop(int campaign, AdTerms terms) {
        for (int row = 0; row < size; row++) {
            if (terms.campaign(ad[row]) == campaign) {
                bidCpmMicros[row] = 0;
            }
        }
    }

    /**
     * The best row: of the rows that have a bid and whose rank lies within {@link Limits#NEAR_TIE} of the highest, the
     * first, which has the lowest creative id. -1 if no row has a bid.
     */
    int best() {
        long highest = 0;
        for (int row = 0; row < size; row++) {
            if (bidCpmMicros[row] > 0) {
                highest = Math.max(highest, rankCpmMicros[row]);
            }
        }
        double bar = highest * (1 - Limits.NEAR_TIE);
        for (int row = 0; row < size; row++) {
            if (bidCpmMicros[row] > 0 && rankCpmMicros[row] >= bar) {
                return row;
            }
        }
        return -1;
    }

    /** A row that has a bid, each as likely as the others; -1 if none has. */
    int any(long decisionKey) {
        int bids = 0;
        for (int row = 0; row < size; row++) {
            bids += bidCpmMicros[row] > 0 ? 1 : 0;
        }
        int left = bids == 0 ? -1 : Draws.below(bids, decisionKey, Purpose.RANDOM_CREATIVE, 0);
        for (int row = 0; row < size && left >= 0; row++) {
            if (bidCpmMicros[row] > 0 && left-- == 0) {
                return row;
            }
        }
        return -1;
    }
}
