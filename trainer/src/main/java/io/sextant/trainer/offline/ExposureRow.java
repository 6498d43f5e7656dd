package io.sextant.trainer.offline;

import java.util.Locale;
import java.util.SequencedMap;

/**
 * Impressions whose request training has seen about equally often.
 *
 * @param from          exposures, at least
 * @param to            exposures, below; infinite for the last row
 * @param impressions   how many were looked at
 * @param clicks        clicks among them
 * @param predicted     mean predicted click probability
 * @param observed      share of clicks
 * @param uncertainties mean uncertainty by measure, such as {@code monte-carlo/logit}
 */
record ExposureRow(double from, double to, long impressions, long clicks, double predicted, double observed,
        SequencedMap<String, Double> uncertainties) {

    /** The exposures as people write them. */
    String label() {
        if (from == 0) {
            return "0";
        }
        return Double.isInfinite(to) ? String.format(Locale.ROOT, "%,d or more", (long) from)
                : String.format(Locale.ROOT, "%,d to %,d", (long) from, (long) to - 1);
    }
}
