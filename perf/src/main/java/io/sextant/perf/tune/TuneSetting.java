package io.sextant.perf.tune;

import io.sextant.perf.tune.TuneConfig.Band;
import io.sextant.perf.tune.TuneConfig.Measure;
import io.sextant.perf.tune.TuneConfig.Range;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How much is explored, and by what.
 *
 * @param exploreShare share of requests in which a modifier other than 1 may be used
 * @param band         quantile band
 * @param modifier     range of modifiers
 * @param measure      how uncertainty is measured
 */
public record TuneSetting(@DecimalMin("0") @DecimalMax("1") double exploreShare,
        @NotNull @Valid Band band, @NotNull @Valid Range modifier,
        @NotNull @Valid Measure measure) {
    /** The arm that explores. */
    static final String ARM = "uncertainty";
    /** The arm that does not. */
    static final String CONTROL = "control";

    TuneSetting withExploreShare(double value) {
        return new TuneSetting(value, band, modifier, measure);
    }

    TuneSetting withBand(Band value) {
        return new TuneSetting(exploreShare, value, modifier, measure);
    }

    TuneSetting withModifier(Range value) {
        return new TuneSetting(exploreShare, band, value, measure);
    }

    TuneSetting withMeasure(Measure value) {
        return new TuneSetting(exploreShare, band, modifier, value);
    }

    /** For people, in a line. */
    String label() {
        return String.format(Locale.ROOT, "share %s, quantiles %s to %s, modifier %s to %s, %s/%s",
                number(exploreShare), number(band.low()), number(band.high()), number(modifier.min()),
                number(modifier.max()), word(measure.estimator()), word(measure.scale()));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The setting as keys of an experiment: control and one arm that explores so. */
    Map<String, String> overrides() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("mode", "paired");
        keys.put("control", CONTROL);
        keys.put("references", "[]");
        keys.put("frontier", "[]");
        keys.put("exploration.source", ARM);
        keys.put("exploration.explore-share", Double.toString(exploreShare));
        keys.put("exploration.quantile-low", Double.toString(band.low()));
        keys.put("exploration.quantile-high", Double.toString(band.high()));
        keys.put("exploration.modifier-min", Double.toString(modifier.min()));
        keys.put("exploration.modifier-max", Double.toString(modifier.max()));
        keys.put("arms",
                "[{name: " + CONTROL + ", pctr: plain, exploration: none}, {name: " + ARM
                        + ", pctr: plain, exploration: uncertainty, estimator: " + word(measure.estimator())
                        + ", scale: " + word(measure.scale()) + ", passes: " + measure.passes() + "}]");
        return keys;
    }

    /** The setting as a fleet takes it: the keys of {@code exploration.file}. */
    Map<String, String> exploration() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("explore-share", number(exploreShare));
        keys.put("quantile-low", number(band.low()));
        keys.put("quantile-high", number(band.high()));
        keys.put("modifier-min", number(modifier.min()));
        keys.put("modifier-max", number(modifier.max()));
        keys.put("estimator", word(measure.estimator()));
        keys.put("passes", Integer.toString(measure.passes()));
        keys.put("scale", word(measure.scale()));
        return keys;
    }
}
