package io.sextant.perf.estimators;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.abtesting.statistics.PairedRuns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One estimator over all runs, and what it is. It measures what the model does not know if its correlation with exposures
 * within tenths by predicted click probability lies below {@link #FALLS_BELOW}; it is a proxy for the click probability if
 * its correlation with p (1 - p) lies above {@link #PROXY_ABOVE}, and one upside down below the negative of that; it finds
 * errors if its correlation with the error within the tenths lies above {@link #FINDS_ABOVE}; each with the whole 95 %
 * interval over runs.
 *
 * @param name           estimator and scale
 * @param cells          means over the runs
 * @param exposures      see {@link EstimatorFigures}
 * @param exposuresFixed likewise
 * @param error          likewise
 * @param errorFixed     likewise
 * @param otherError     likewise
 * @param variance       likewise
 * @param costNs         nanoseconds that a request takes longer with it; NaN for a yardstick
 * @param verdict        in words
 */
record EstimatorVerdict(@JsonProperty("estimator") String name, @JsonProperty("cells") List<ExposureCell> cells,
        @JsonProperty("exposures") Correlation exposures,
        @JsonProperty("exposures_at_fixed_ctr") Correlation exposuresFixed, @JsonProperty("error") Correlation error,
        @JsonProperty("error_at_fixed_ctr") Correlation errorFixed,
        @JsonProperty("other_error") Correlation otherError, @JsonProperty("p_1_minus_p") Correlation variance,
        @JsonProperty("cost_ns") double costNs, @JsonProperty("verdict") String verdict) {
    static final double FALLS_BELOW = -0.2;
    static final double PROXY_ABOVE = 0.8;
    static final double FINDS_ABOVE = 0;
    private static final double LEVEL = 0.95;

    EstimatorVerdict {
        cells = List.copyOf(cells);
    }

    /**
     * A correlation over runs.
     *
     * @param mean of the runs
     * @param low  lower end of the 95 % interval, Student's t over runs; NaN for one run
     * @param high its upper end
     */
    record Correlation(@JsonProperty("mean") double mean, @JsonProperty("low") double low,
            @JsonProperty("high") double high) {
        static Correlation of(double... runs) {
            double[] told = Arrays.stream(runs).filter(Double::isFinite).toArray();
            double mean = Arrays.stream(told).sum() / told.length;
            if (told.length < 2) {
                return new Correlation(mean, Double.NaN, Double.NaN);
            }
            var interval = PairedRuns.of(told).interval(LEVEL);
            return new Correlation(mean, interval.low(), interval.high());
        }

        /** Whether all of it lies below; of one run, the mean. */
        boolean below(double bound) {
            return (Double.isNaN(high) ? mean : high) < bound;
        }

        /** Whether all of it lies above; of one run, the mean. */
        boolean above(double bound) {
            return (Double.isNaN(low) ? mean : low) > bound;
        }
    }

    /** One estimator, the number of its place in the runs. */
    static EstimatorVerdict of(List<EstimatorRun> runs, int place, double costNs) {
        List<EstimatorFigures> own = runs.stream().map(run -> run.estimators().get(place)).toList();
        Correlation fixed = over(own, EstimatorFigures::exposuresFixed);
        Correlation errorFixed = over(own, EstimatorFigures::errorFixed);
        Correlation variance = over(own, EstimatorFigures::variance);
        return new EstimatorVerdict(own.getFirst().name(), cells(own), over(own, EstimatorFigures::exposures), fixed,
                over(own, EstimatorFigures::error), errorFixed, over(own, EstimatorFigures::otherError), variance,
                costNs, verdict(fixed, variance, errorFixed));
    }

    static String verdict(Correlation fixed, Correlation variance, Correlation errorFixed) {
        boolean falls = fixed.below(FALLS_BELOW);
        boolean proxy = variance.above(PROXY_ABOVE);
        String what;
        if (falls) {
            what = proxy ? "falls with exposures, but follows CTR first" : "measures what is not known";
        } else if (proxy) {
            what = "proxy for CTR";
        } else {
            what = variance.below(-PROXY_ABOVE) ? "proxy for CTR, upside down" : "neither exposures nor CTR";
        }
        return what + (errorFixed.above(FINDS_ABOVE) ? "; finds errors" : "; finds no errors");
    }

    private static Correlation over(List<EstimatorFigures> runs, ToDoubleFunction<EstimatorFigures> figure) {
        return Correlation.of(runs.stream().mapToDouble(figure).toArray());
    }

    private static List<ExposureCell> cells(List<EstimatorFigures> runs) {
        List<ExposureCell> cells = new ArrayList<>();
        for (int i = 0; i < runs.getFirst().cells().size(); i++) {
            int place = i;
            List<ExposureCell> own = runs.stream().map(run -> run.cells().get(place)).toList();
            cells.add(new ExposureCell(own.getFirst().from(), own.getFirst().to(),
                    own.stream().mapToLong(ExposureCell::requests).sum(), mean(own, ExposureCell::predicted),
                    mean(own, ExposureCell::relative), mean(own, ExposureCell::fixedCtr)));
        }
        return cells;
    }

    private static double mean(List<ExposureCell> cells, ToDoubleFunction<ExposureCell> figure) {
        return cells.stream().mapToDouble(figure).filter(Double::isFinite).average().orElse(Double.NaN);
    }
}
