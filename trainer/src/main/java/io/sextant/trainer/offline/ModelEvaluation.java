package io.sextant.trainer.offline;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.evaluation.Predictions;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.trainer.data.DataSet;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * What a model says of impressions whose outcome is known, asked as a bidder asks it: by the serving engine, the request
 * first, then the ad that was shown; and how unsure it is of their requests, by every measure. Pure but for the progress bar.
 */
final class ModelEvaluation {
    /** Impressions whose ads are prepared together. */
    private static final int SLICE = 8_192;
    /** Lower ends of the rows of exposures. */
    private static final double[] EXPOSURES = {0, 1, 10, 100, 1_000, 10_000, Double.POSITIVE_INFINITY};

    private final CtrModel model;
    private final DataSet data;
    private final CtrScratch scratch;
    private final FeatureBatch batch;
    private final int[] row;
    private final float[] logit = new float[1];

    private ModelEvaluation(CtrModel model, DataSet data) {
        this.model = model;
        this.data = data;
        this.scratch = model.newScratch(1);
        this.batch = new FeatureBatch(data.schema(), 1);
        this.row = new int[data.schema().size()];
    }

    /** Looks at one impression after {@link CtrModel#begin}. */
    @FunctionalInterface
    private interface Visit {
        void impression(int number);
    }

    /**
     * Predicts clicks.
     *
     * @param from first impression
     * @param to   the one after the last
     */
    static Predictions predictions(CtrModel model, DataSet data, int from, int to) {
        Predictions predictions = Predictions.all();
        var evaluation = new ModelEvaluation(model, data);
        evaluation.walk("predict", from, to, 1, number -> {
            model.score(evaluation.scratch, evaluation.logit);
            predictions.add(Logistic.of(evaluation.logit[0]), data.click(number), 1);
        });
        return predictions;
    }

    /**
     * Measures uncertainty by how often training has seen the request.
     *
     * @param looked impressions to look at, at most, evenly spaced
     */
    static List<ExposureRow> byExposure(CtrModel model, DataSet data, int from, int to, Exposures exposures,
            int looked) {
        SequencedMap<String, UncertaintyEstimator> estimators = estimators(model);
        List<Sums> sums = new ArrayList<>();
        for (int i = 0; i + 1 < EXPOSURES.length; i++) {
            sums.add(new Sums(estimators.size()));
        }
        var evaluation = new ModelEvaluation(model, data);
        Hasher64 keys = Hashing.xxh3_64(model.description().version());
        evaluation.walk("uncertainty", from, to, Math.max(1, Math.ceilDiv(to - from, Math.max(1, looked))), number -> {
            double seen = exposures.of(evaluation.batch.request);
            Sums into = sums.get(bucket(seen));
            model.score(evaluation.scratch, evaluation.logit);
            into.add(Logistic.of(evaluation.logit[0]), data.click(number));
            int measure = 0;
            for (UncertaintyEstimator estimator : estimators.values()) {
                into.uncertainties[measure++] += estimator.estimate(model, keys.hashIntToLong(number),
                        evaluation.scratch);
            }
        });
        List<ExposureRow> rows = new ArrayList<>();
        for (int i = 0; i < sums.size(); i++) {
            if (sums.get(i).count > 0) {
                rows.add(sums.get(i).row(EXPOSURES[i], EXPOSURES[i + 1],
                        estimators.sequencedKeySet().stream().toList()));
            }
        }
        return rows;
    }

    private static int bucket(double seen) {
        int found = Arrays.binarySearch(EXPOSURES, seen);
        // Estimates below one impression are more than none.
        return found >= 0 ? found : Math.max(seen > 0 ? 1 : 0, -found - 2);
    }

    private static SequencedMap<String, UncertaintyEstimator> estimators(CtrModel model) {
        SequencedMap<String, UncertaintyEstimator> estimators = new LinkedHashMap<>();
        for (UncertaintyMeasure.Estimator kind : UncertaintyMeasure.Estimator.values()) {
            for (UncertaintyScale scale : UncertaintyScale.values()) {
                UncertaintyEstimator estimator = new UncertaintyMeasure(kind, MonteCarloDropout.PASSES_DEFAULT, scale)
                        .newEstimator();
                if (model.can(estimator.needs())) {
                    estimators.put(name(kind.name()) + "/" + name(scale.name()), estimator);
                }
            }
        }
        return estimators;
    }

    private static String name(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void walk(String task, int from, int to, int step, Visit visit) {
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName(task).setInitialMax((to - from) / step)
                .setStyle(ProgressBarStyle.ASCII).setUnit(" impressions", 1).build()) {
            for (int start = from; start < to; start += SLICE * step) {
                int end = (int) Math.min(to, (long) start + (long) SLICE * step);
                slice(start, end, step, visit);
                bar.stepBy(Math.ceilDiv(end - start, step));
            }
        }
    }

    private void slice(int start, int end, int step, Visit visit) {
        FeatureSchema schema = data.schema();
        Map<List<Integer>, Integer> numbers = new LinkedHashMap<>();
        List<int[]> ads = new ArrayList<>();
        int[] shown = new int[Math.ceilDiv(end - start, step)];
        for (int i = 0; i < shown.length; i++) {
            data.features(start + i * step, row, 0);
            int[] ad = Arrays.copyOfRange(row, schema.requestFields(), schema.size());
            shown[i] = numbers.computeIfAbsent(Arrays.stream(ad).boxed().toList(), _ -> {
                ads.add(ad);
                return ads.size() - 1;
            });
        }
        AdParts parts = model.prepare(new AdTable(schema, ads));
        for (int i = 0; i < shown.length; i++) {
            data.features(start + i * step, row, 0);
            System.arraycopy(row, 0, batch.request, 0, schema.requestFields());
            batch.clear();
            batch.add(shown[i]);
            model.begin(parts, batch, scratch);
            visit.impression(start + i * step);
        }
    }

    /** What is known of one row of exposures so far. */
    private static final class Sums {
        private final double[] uncertainties;
        private double predicted;
        private long clicks;
        private long count;

        Sums(int measures) {
            this.uncertainties = new double[measures];
        }

        void add(double prediction, boolean click) {
            predicted += prediction;
            clicks += click ? 1 : 0;
            count++;
        }

        ExposureRow row(double from, double to, List<String> measures) {
            SequencedMap<String, Double> means = new LinkedHashMap<>();
            for (int i = 0; i < uncertainties.length; i++) {
                means.put(measures.get(i), uncertainties[i] / count);
            }
            return new ExposureRow(from, to, count, clicks, predicted / count, (double) clicks / count, means);
        }
    }
}
