package io.sextant.standalone;

import io.sextant.abtesting.report.ArmTotals;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.ExchangeStatistics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The line that a running demo prints now and then. */
final class StatusLine {
    private static final double NANOS = 1e9;

    private StatusLine() {}

    /**
     * One line.
     *
     * @param elapsed since the first request
     * @param total   of the whole run
     * @param now     what the exchange saw so far
     * @param before  what it had seen at the last line
     * @param since   time between the two
     * @param p99Micros 99th percentile of the time to an answer between the two, in microseconds
     * @param arms    what the controller told of the arms
     */
    static String of(Duration elapsed, Duration total, ExchangeStatistics now, ExchangeStatistics before,
            Duration since, long p99Micros,
            List<ArmTotals> arms) {
        double rate = (now.count(ExchangeCounter.REQUESTS) - before.count(ExchangeCounter.REQUESTS))
                / Math.max(1e-3, since.toMillis() / 1e3);
        Duration left = total.minus(elapsed).isNegative() ? Duration.ZERO : total.minus(elapsed);
        return String.format(Locale.ROOT,
                "%s (%s left)  %,.0f req/s  %,d bids  %,d wins  %.2f USD  %,d clicks  p99 %.1f ms%s  |  %s",
                clock(elapsed),
                clock(left), rate, now.count(ExchangeCounter.BIDS), now.count(ExchangeCounter.WINS),
                now.spendNanos() / NANOS, now.count(ExchangeCounter.CLICKS), p99Micros / 1e3, trouble(now),
                arms.stream().map(StatusLine::arm).collect(Collectors.joining("  ")));
    }

    private static String arm(ArmTotals totals) {
        Double modifier = totals.meanModifier();
        return String.format(Locale.ROOT, "%s model %d snapshot %d modifier %s", totals.arm(), totals.modelVersion(),
                totals.snapshotVersion(), modifier == null ? "-" : String.format(Locale.ROOT, "%.3f", modifier));
    }

    /** Only what went wrong, if anything did. */
    static String trouble(ExchangeStatistics seen) {
        StringBuilder text = new StringBuilder();
        tell(text, seen.count(ExchangeCounter.TIMEOUTS), "late");
        tell(text, seen.count(ExchangeCounter.NOT_SENT), "not sent");
        tell(text, seen.count(ExchangeCounter.ERRORS), "errors");
        tell(text, seen.count(ExchangeCounter.REFUSED), "refused");
        tell(text, seen.invalid(), "invalid");
        tell(text, seen.count(ExchangeCounter.NOTICE_ERRORS), "notice errors");
        return text.toString();
    }

    private static void tell(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(String.format(Locale.ROOT, "  %,d %s", count, what));
        }
    }

    private static String clock(Duration time) {
        long seconds = Math.round(time.toMillis() / 1e3);
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }
}
