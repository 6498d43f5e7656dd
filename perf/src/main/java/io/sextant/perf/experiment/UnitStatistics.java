package io.sextant.perf.experiment;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.RatioMetric;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the units of a single run say of two arms, conditional on the models that the run trained. Thread-safe. */
final class UnitStatistics {
    /** Columns of a unit: impressions, observed clicks, USD paid. */
    static final int WINS = 0;
    static final int CLICKS = 1;
    static final int SPEND = 2;
    static final int COLUMNS = 3;

    private static final double LEVEL = 0.95;

    private record Metric(String name, RatioMetric ratio) {}

    private static final List<Metric> METRICS = List.of(new Metric("ctr", new RatioMetric(CLICKS, WINS)),
            new Metric("ecpc", new RatioMetric(SPEND, CLICKS)), new Metric("cpm", new RatioMetric(SPEND, WINS)));

    private UnitStatistics() {}

    /**
     * Click-through rate, cost of a click and price of an impression.
     *
     * @param paired whether both arms saw the same units; each unit's difference counts then
     */
    static List<UnitComparison> compare(String phase, String arm, SortedMap<Long, double[]> treatment, String against,
            SortedMap<Long, double[]> control, boolean paired) {
        List<UnitComparison> found = new ArrayList<>();
        UnitMoments ofTreatment = moments(treatment);
        UnitMoments ofControl = moments(control);
        for (Metric metric : METRICS) {
            Estimate difference = paired
                    ? paired(metric.ratio, treatment, ofTreatment, control, ofControl)
                    : metric.ratio.relative(ofTreatment, ofControl);
            ConfidenceInterval interval = difference.interval(LEVEL);
            found.add(new UnitComparison(metric.name, phase, arm, against, treatment.size(), difference.value(),
                    interval.low(), interval.high(), difference.pValue()));
        }
        return found;
    }

    private static UnitMoments moments(SortedMap<Long, double[]> units) {
        var moments = new UnitMoments(COLUMNS);
        units.values().forEach(moments::add);
        return moments;
    }

    /*
     * The delta method, unit by unit: what a unit adds to the logarithm of a ratio y / x is (y / sum y - x / sum x), and to
     * the difference of two arms' logarithms the difference of that; a unit that an arm bought nothing of adds nothing there.
     */
    private static Estimate paired(RatioMetric ratio, SortedMap<Long, double[]> treatment, UnitMoments ofTreatment,
            SortedMap<Long, double[]> control, UnitMoments ofControl) {
        var units = new TreeSet<>(treatment.keySet());
        units.addAll(control.keySet());
        var added = new UnitMoments(1);
        for (Long unit : units) {
            added.add(part(ratio, treatment.get(unit), ofTreatment) - part(ratio, control.get(unit), ofControl));
        }
        double difference = Math.log(ratio.of(ofTreatment).value() / ratio.of(ofControl).value());
        return new Estimate(difference, Math.sqrt(added.covariance(0, 0) * added.units()));
    }

    private static double part(RatioMetric ratio, double @Nullable [] unit, UnitMoments arm) {
        return unit == null ? 0
                : unit[ratio.numerator()] / (arm.mean(ratio.numerator()) * arm.units())
                        - unit[ratio.denominator()] / (arm.mean(ratio.denominator()) * arm.units());
    }

}
