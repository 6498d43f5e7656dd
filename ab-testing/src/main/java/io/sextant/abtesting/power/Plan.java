package io.sextant.abtesting.power;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.abtesting.statistics.PowerAnalysis;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to find an effect.
 *
 * @param effect relative, 0.05 for 5 % more
 * @param units  of all arms together
 * @param days   until there are so many; null where nothing is known of traffic
 */
record Plan(@JsonProperty("effect") double effect, @JsonProperty("units") long units,
        @JsonProperty("days") @Nullable Double days) {

    static Plan of(PowerAnalysis analysis, double effect, double power, double unitsPerDay) {
        double units = Math.ceil(analysis.units(effect, power));
        return new Plan(effect, (long) units, unitsPerDay > 0 ? units / unitsPerDay : null);
    }
}
