package io.sextant.perf.loop;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.perf.loop.ImpressionLog.Says;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How well one arm's model knew what it bought, over a stretch of impressions. PCOC is against expected clicks: the sum of
 * predictions over the sum of true probabilities.
 *
 * @param impressions    how many
 * @param clicks         of them clicked
 * @param ctr            mean true probability
 * @param truthAuc       AUC of the true probabilities
 * @param requestAuc     AUC of the true probabilities as far as the request tells them: everything but the person
 * @param informedAuc    AUC of who knows all but the publishers' qualities and learns these ({@link QualityLearner})
 * @param informedRequestAuc the same of who knows nothing of the person either
 * @param auc            AUC of the progressive predictions
 * @param logLoss        mean cross entropy of the progressive predictions, nats
 * @param truthLogLoss   the same of the true probabilities
 * @param rawPcoc        of the progressive predictions
 * @param calibratedPcoc of the progressive predictions after calibration
 * @param servedPcoc     of the predictions that bids were made with, calibrated
 * @param exchanges      the same for each exchange
 */
record ArmFigures(@JsonProperty("impressions") long impressions, @JsonProperty("clicks") long clicks,
        @JsonProperty("true_ctr") double ctr, @JsonProperty("truth_auc") double truthAuc,
        @JsonProperty("request_auc") double requestAuc, @JsonProperty("informed_auc") double informedAuc,
        @JsonProperty("informed_request_auc") double informedRequestAuc, @JsonProperty("auc") double auc,
        @JsonProperty("log_loss") double logLoss, @JsonProperty("truth_log_loss") double truthLogLoss,
        @JsonProperty("raw_pcoc") double rawPcoc, @JsonProperty("pcoc") double calibratedPcoc,
        @JsonProperty("served_pcoc") double servedPcoc, @JsonProperty("exchanges") List<OfExchange> exchanges) {
    /** The most that a model's AUC may lie below the truth's. */
    static final double AUC_GAP_MAX = 0.02;
    static final double PCOC_MIN = 0.95;
    static final double PCOC_MAX = 1.05;
    static final double EXCHANGE_PCOC_MIN = 0.9;
    static final double EXCHANGE_PCOC_MAX = 1.1;
    /** An exchange with fewer clicks is shown and not judged. */
    static final int EXCHANGE_CLICKS_MIN = 500;

    /**
     * One exchange.
     *
     * @param exchange       its name
     * @param impressions    how many
     * @param clicks         of them clicked
     * @param rawPcoc        of the progressive predictions
     * @param calibratedPcoc of the progressive predictions after calibration
     * @param servedPcoc     of the predictions that bids were made with, calibrated
     */
    record OfExchange(@JsonProperty("exchange") String exchange, @JsonProperty("impressions") long impressions,
            @JsonProperty("clicks") long clicks, @JsonProperty("raw_pcoc") double rawPcoc,
            @JsonProperty("pcoc") double calibratedPcoc, @JsonProperty("served_pcoc") double servedPcoc) {
        /** Whether it has too few clicks to be judged, or its price is honest. */
        boolean holds() {
            return clicks <= EXCHANGE_CLICKS_MIN
                    || (calibratedPcoc >= EXCHANGE_PCOC_MIN && calibratedPcoc <= EXCHANGE_PCOC_MAX);
        }
    }

    /** Of impressions {@code from} to before {@code to}, which have been learned. */
    static ArmFigures of(ImpressionLog log, List<String> exchanges, int from, int to) {
        IntPredicate every = _ -> true;
        PredictionFigures model = log.predictions(Says.PROGRESSIVE, from, to).figures();
        PredictionFigures truth = log.predictions(Says.TRUTH, from, to).figures();
        List<OfExchange> byExchange = new ArrayList<>();
        for (int number = 0; number < exchanges.size(); number++) {
            int exchange = number;
            IntPredicate here = i -> log.exchange(i) == exchange;
            byExchange.add(new OfExchange(exchanges.get(number), IntStream.range(from, to).filter(here).count(),
                    IntStream.range(from, to).filter(here).filter(log::clicked).count(),
                    pcoc(log, Says.PROGRESSIVE, from, to, here), pcoc(log, Says.CALIBRATED, from, to, here),
                    pcoc(log, Says.SERVED, from, to, here)));
        }
        int count = to - from;
        return new ArmFigures(count, IntStream.range(from, to).filter(log::clicked).count(),
                log.expectedClicks(Says.TRUTH, from, to, every) / count, truth.auc(),
                log.predictions(Says.REQUEST, from, to).figures().auc(),
                log.predictions(Says.INFORMED, from, to).figures().auc(),
                log.predictions(Says.INFORMED_OF_REQUEST, from, to).figures().auc(), model.auc(), model.logLoss(),
                truth.logLoss(), pcoc(log, Says.PROGRESSIVE, from, to, every),
                pcoc(log, Says.CALIBRATED, from, to, every), pcoc(log, Says.SERVED, from, to, every), byExchange);
    }

    private static double pcoc(ImpressionLog log, Says says, int from, int to, IntPredicate which) {
        return log.expectedClicks(says, from, to, which) / log.expectedClicks(Says.TRUTH, from, to, which);
    }

    /** How far the model's AUC lies below the truth's. */
    double aucGap() {
        return truthAuc - auc;
    }

    /** Whether the AUC is as near to the truth's as it should be. */
    boolean ranks() {
        return aucGap() <= AUC_GAP_MAX;
    }

    /** Whether the sum of calibrated predictions is as near to the expected clicks as it should be. */
    boolean honest() {
        return calibratedPcoc >= PCOC_MIN && calibratedPcoc <= PCOC_MAX;
    }

    /** Whether all of this is so, on every exchange with enough clicks as well. */
    boolean holds() {
        return ranks() && honest() && exchanges.stream().allMatch(OfExchange::holds);
    }
}
