package io.sextant.perf.experiment.report;

import io.sextant.perf.experiment.Comparison;
import java.util.Locale;

/** How numbers are written on the page. Stateless. */
final class Figures {
    static final String NONE = "–";

    private Figures() {}

    /** A difference with its interval: percent of a log ratio, or plain. */
    static String difference(Comparison comparison) {
        String mean = comparison.logRatio() ? percent(comparison.mean()) : signed(comparison.mean());
        if (!Double.isFinite(comparison.mean())) {
            return NONE;
        }
        if (!Double.isFinite(comparison.low())) {
            return mean + " (one run, no interval)";
        }
        return comparison.logRatio()
                ? mean + " [" + percent(comparison.low()) + ", " + percent(comparison.high()) + "]"
                : mean + " [" + signed(comparison.low()) + ", " + signed(comparison.high()) + "]";
    }

    /** A natural logarithm of a ratio as a percentage more. */
    static String percent(double logRatio) {
        return String.format(Locale.ROOT, "%+.2f %%", 100 * Math.expm1(logRatio));
    }

    /** A share as a percentage. */
    static String share(double share) {
        return number("%.2f %%", 100 * share);
    }

    static String signed(double value) {
        return number("%+.4g", value);
    }

    /** A number, or a dash where there is none. */
    static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : NONE;
    }
}
