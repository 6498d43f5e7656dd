package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sextant.abtesting.statistics.Cuped;
import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.RatioMetric;
import io.sextant.abtesting.statistics.TrafficTotal;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What arms are held against control by. */
public enum Measure {
    /** What the arm would have spent on all traffic. */
    SPEND("spend, at full traffic", ArmUnits.SPEND, null, 1),
    /** The clicks it would have had. */
    CLICKS("clicks, at full traffic", ArmUnits.CLICKS, null, 1),
    /** Clicks an impression. */
    CTR("CTR", ArmUnits.CLICKS, ArmUnits.IMPRESSIONS, 1),
    /** Spend a click. */
    ECPC("eCPC", ArmUnits.SPEND, ArmUnits.CLICKS, 1),
    /** Spend per thousand impressions. */
    CPM("spend per thousand", ArmUnits.SPEND, ArmUnits.IMPRESSIONS, 1000);

    private final String words;
    private final int numerator;
    private final @Nullable Integer denominator;
    private final double scale;

    Measure(String words, int numerator, @Nullable Integer denominator, double scale) {
        this.words = words;
        this.numerator = numerator;
        this.denominator = denominator;
        this.scale = scale;
    }

    String words() {
        return words;
    }

    @JsonValue
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The measure of one arm with the error of its units. */
    Estimate of(UnitMoments arm, double share) {
        Estimate plain = denominator == null ? new TrafficTotal(numerator).of(arm, share)
                : new RatioMetric(numerator, denominator).of(arm);
        return new Estimate(scale * plain.value(), scale * plain.standardError());
    }

    /** Difference of the logarithms, treatment minus control. */
    Estimate relative(UnitMoments treatment, double treatmentShare, UnitMoments control, double controlShare) {
        return denominator == null
                ? new TrafficTotal(numerator).relative(treatment, treatmentShare, control, controlShare)
                : new RatioMetric(numerator, denominator).relative(treatment, control);
    }

    /**
     * The same, without what the units showed already before.
     *
     * @throws IllegalArgumentException if they showed nothing, or all the same
     */
    Estimate adjusted(UnitMoments treatment, double treatmentShare, UnitMoments control, double controlShare) {
        return denominator == null
                ? new TrafficTotal(numerator).relative(treatment, treatmentShare, control, controlShare,
                        numerator + ArmUnits.PAST)
                : new Cuped(new RatioMetric(numerator, denominator),
                        new RatioMetric(numerator + ArmUnits.PAST, denominator + ArmUnits.PAST))
                        .relative(treatment, control);
    }

    /** Logarithm of the measure, up to its scale, from an arm's sums by column. */
    double log(double[] sums, double share) {
        return Math.log(sums[numerator] / (denominator == null ? share : sums[denominator]));
    }
}
