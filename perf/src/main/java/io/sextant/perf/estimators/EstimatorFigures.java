package io.sextant.perf.estimators;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One estimator in one run. Correlations are Spearman's.
 *
 * @param name           estimator and scale
 * @param mean           mean uncertainty
 * @param cells          by rising exposure
 * @param exposures      correlation with exposures
 * @param exposuresFixed the same within tenths by predicted click probability, averaged
 * @param error          correlation with the request's error
 * @param errorFixed     the same within those tenths
 * @param otherError     correlation with the second kind of error
 * @param variance       correlation with p (1 - p), p being the predicted click probability
 */
record EstimatorFigures(@JsonProperty("estimator") String name, @JsonProperty("mean") double mean,
        @JsonProperty("cells") List<ExposureCell> cells, @JsonProperty("exposures") double exposures,
        @JsonProperty("exposures_at_fixed_ctr") double exposuresFixed, @JsonProperty("error") double error,
        @JsonProperty("error_at_fixed_ctr") double errorFixed, @JsonProperty("other_error") double otherError,
        @JsonProperty("p_1_minus_p") double variance) {
    /** Tenths by predicted click probability. */
    private static final int STRATA = 10;
    /** Lower ends of the cells. */
    private static final double[] EXPOSURES = {0, 1, 10, 100, 1_000, 10_000, Double.POSITIVE_INFINITY};
    /** Fewer requests of a tenth in a cell are not averaged. */
    private static final int CELL_MIN = 3;

    EstimatorFigures {
        cells = List.copyOf(cells);
    }

    /** Of every estimator and of the two yardsticks. */
    static List<EstimatorFigures> of(Judgements judged) {
        int[] strata = Ranks.strata(judged.predicted(), STRATA);
        double[] variances = Arrays.stream(judged.predicted()).map(p -> p * (1 - p)).toArray();
        double[] scarcities = Arrays.stream(judged.exposures()).map(n -> 1 / (1 + n)).toArray();
        List<EstimatorFigures> figures = new ArrayList<>();
        for (int i = 0; i < judged.names().size(); i++) {
            figures.add(of(judged.names().get(i), judged.uncertainties().get(i), judged, variances, strata));
        }
        figures.add(of(Contestants.VARIANCE, variances, judged, variances, strata));
        figures.add(of(Contestants.SCARCITY, scarcities, judged, variances, strata));
        return figures;
    }

    private static EstimatorFigures of(String name, double[] uncertainty, Judgements judged, double[] variances,
            int[] strata) {
        return new EstimatorFigures(name, mean(uncertainty), cells(uncertainty, judged, strata),
                Ranks.spearman(uncertainty, judged.exposures()),
                Ranks.spearmanWithin(uncertainty, judged.exposures(), strata), judged.errors().overall(uncertainty),
                judged.errors().fixed(uncertainty, strata), judged.errors().other(uncertainty),
                Ranks.spearman(uncertainty, variances));
    }

    private static List<ExposureCell> cells(double[] uncertainty, Judgements judged, int[] strata) {
        double all = mean(uncertainty);
        int[] cell = Arrays.stream(judged.exposures()).mapToInt(EstimatorFigures::cell).toArray();
        double[] ofStratum = new double[STRATA];
        for (int stratum = 0; stratum < STRATA; stratum++) {
            ofStratum[stratum] = mean(Ranks.pick(uncertainty, Ranks.members(strata, stratum)));
        }
        List<ExposureCell> cells = new ArrayList<>();
        for (int i = 0; i + 1 < EXPOSURES.length; i++) {
            int[] in = Ranks.members(cell, i);
            double sum = 0;
            int told = 0;
            for (int stratum = 0; stratum < STRATA; stratum++) {
                int own = stratum;
                int[] both = Arrays.stream(in).filter(place -> strata[place] == own).toArray();
                if (both.length >= CELL_MIN) {
                    sum += mean(Ranks.pick(uncertainty, both)) / ofStratum[stratum];
                    told++;
                }
            }
            cells.add(new ExposureCell(EXPOSURES[i], EXPOSURES[i + 1], in.length,
                    mean(Ranks.pick(judged.predicted(), in)), mean(Ranks.pick(uncertainty, in)) / all, sum / told));
        }
        return cells;
    }

    private static int cell(double exposures) {
        int found = Arrays.binarySearch(EXPOSURES, exposures);
        return found >= 0 ? found : -found - 2;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }
}
