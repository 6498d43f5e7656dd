package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What the users of a single run say, taken as independent of each other: an interval conditional on the models that this run
 * happened to train. It leaves out that another run would have trained others.
 *
 * @param metric         the metric's name, for example {@code ctr}
 * @param phase          online or exploit
 * @param arm            compared
 * @param against        with
 * @param treatmentUnits units of the arm with an impression
 * @param difference     of natural logarithms
 * @param low            lower end of the 95 % interval
 * @param high           upper end
 * @param pValue         two-sided, of no difference
 */
public record UnitComparison(@JsonProperty("metric") String metric, @JsonProperty("phase") String phase,
        @JsonProperty("arm") String arm, @JsonProperty("against") String against,
        @JsonProperty("units") long treatmentUnits, @JsonProperty("difference") double difference,
        @JsonProperty("low") double low, @JsonProperty("high") double high,
        @JsonProperty("p_value") double pValue) {
    /** Whether the interval leaves out 0. */
    public boolean significant() {
        return low > 0 || high < 0;
    }
}
