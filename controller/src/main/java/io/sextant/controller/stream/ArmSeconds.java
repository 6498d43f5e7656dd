package io.sextant.controller.stream;

import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.protocol.event.SparseHistogram;
import io.sextant.uncertainty.quantile.QuantileSketch;
import io.sextant.uncertainty.quantile.SparseHistograms;
import org.jspecify.annotations.Nullable;

/** Checks the messages of topic {@code uncertainty} and turns them into increments of metrics. */
final class ArmSeconds {
    /** Fixed-point units of a histogram in 1. */
    private static final double UNITS = 1e9;
    private static final int NAME_MAX = 256;
    /** More than any bidder can measure in a second. */
    private static final long COUNT_MAX = 100_000_000;

    private ArmSeconds() {}

    /** Whether the message came under its own key and says nothing that contradicts itself. */
    static boolean valid(@Nullable String key, ArmSecond second) {
        boolean named = second.getArm().equals(key) && name(second.getArm()) && name(second.getBidder());
        boolean counted = second.getSecondMs() > 0 && second.getRequests() >= 0 && second.getImpressions() >= 0
                && second.getBids() >= 0 && second.getModifierCount() >= 0 && second.getModifierSum() >= 0
                && Double.isFinite(second.getModifierSum());
        if (!named || !counted || !valid(second.getModifier())
                || !valid(second.getRanked())) {
            return false;
        }
        for (CellHistogram cell : second.getUncertaintyList()) {
            if (!LeafCell.valid(cell.getCell()) || !valid(cell.getHistogram())) {
                return false;
            }
        }
        return true;
    }

    /** What the message adds to its minute. */
    static ArmMinute increment(ArmSecond second) {
        var minute = ArmMinute.newBuilder().setArm(second.getArm()).setRequests(second.getRequests())
                .setImpressionsOffered(second.getImpressions()).setBids(second.getBids())
                .setModifierSum(second.getModifierSum()).setModifierCount(second.getModifierCount())
                .setModelVersion(second.getModelVersion()).setSnapshotVersion(second.getSnapshotVersion());
        long sum = 0;
        long count = 0;
        for (CellHistogram cell : second.getUncertaintyList()) {
            sum += cell.getHistogram().getSum();
            count += cell.getHistogram().getCount();
        }
        return minute.setUncertaintySum(sum / UNITS).setUncertaintyCount(count).build();
    }

    private static boolean name(String name) {
        return !name.isEmpty() && name.length() <= NAME_MAX && name.indexOf('\0') < 0;
    }

    private static boolean valid(SparseHistogram histogram) {
        try {
            SparseHistograms.check(histogram);
        } catch (IllegalArgumentException e) {
            return false;
        }
        return histogram.getCount() <= COUNT_MAX
                && histogram.getSum() <= histogram.getCount() * QuantileSketch.MAX * UNITS;
    }
}
