package io.sextant.perf.estimators;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * All estimators on one model.
 *
 * @param seed       of the market, or of the training on a log
 * @param learned    impressions that the model has learned from
 * @param looked     requests that were judged
 * @param pcoc       predicted over true, or observed, clicks: 1 for an honest model
 * @param estimators the estimators, then the yardsticks
 */
record EstimatorRun(@JsonProperty("seed") long seed, @JsonProperty("learned") long learned,
        @JsonProperty("looked") long looked, @JsonProperty("pcoc") double pcoc,
        @JsonProperty("estimators") List<EstimatorFigures> estimators) {
    EstimatorRun {
        estimators = List.copyOf(estimators);
    }

    static EstimatorRun of(long seed, Judgements judged) {
        return new EstimatorRun(seed, judged.learned(), judged.predicted().length, judged.pcoc(),
                EstimatorFigures.of(judged));
    }
}
