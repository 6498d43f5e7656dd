package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One arm against another over all runs; the run is the unit of replication.
 *
 * @param phase      {@link #ONLINE} (total effect), {@link #EXPLOIT} (learning effect) or {@link #OFFLINE}
 * @param measure    one of the names in {@link Measure}
 * @param arm        compared
 * @param against    with
 * @param logRatio   whether the differences are of natural logarithms, 0.05 being 5 % more; plain differences else
 * @param runs       number of runs
 * @param mean       mean of the runs' paired differences
 * @param low        lower end of the 95 % interval, Student's t with runs - 1; NaN for a single run
 * @param high       upper end; NaN for a single run
 * @param pValue     two-sided, of no difference; NaN for a single run
 * @param sd         standard deviation between runs; NaN for a single run
 * @param runsNeeded runs that find a difference as large as the measured one with chance 0.8; 0 for a single run
 */
public record Comparison(@JsonProperty("phase") String phase, @JsonProperty("measure") String measure,
        @JsonProperty("arm") String arm, @JsonProperty("against") String against,
        @JsonProperty("log_ratio") boolean logRatio, @JsonProperty("runs") int runs, @JsonProperty("mean") double mean,
        @JsonProperty("low") double low, @JsonProperty("high") double high, @JsonProperty("p_value") double pValue,
        @JsonProperty("sd") double sd, @JsonProperty("runs_needed") int runsNeeded) {
    public static final String ONLINE = "online";
    public static final String EXPLOIT = "exploit";
    public static final String OFFLINE = "offline";

    /** Whether the interval leaves out 0. */
    public boolean significant() {
        return low > 0 || high < 0;
    }
}
