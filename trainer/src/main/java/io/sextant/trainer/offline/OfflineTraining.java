package io.sextant.trainer.offline;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.Weights;
import io.sextant.model.evaluation.Predictions;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.TrainingConfig;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Learns from impressions in memory until the later ones, which are kept back, are predicted no better. The same data and
 * settings give the same weights, bit for bit.
 */
/*
 * Click models overfit their embeddings soon, often within the second pass: so the kept-back impressions are looked at
 * several times an epoch, and the weights of the best look are the result.
 *
 * Every pass adds its information to the rows, as if its impressions were new. They are not: F is divided by the number of
 * passes, and the prior deviations are fitted to that.
 */
final class OfflineTraining {
    private static final int SCORE_ROWS = 2_048;
    private static final int RECENT_ROWS = 512;
    private static final int UNIFORM_SHIFT = 11;

    private final DataSet data;
    private final int trained;
    private final ModelSettings model;
    private final TrainingConfig config;
    private final Hasher64 draw;
    private final OfflineSettings settings;
    private final List<CurvePoint> curve = new ArrayList<>();
    private Predictions learning = Predictions.all();
    private Weights best;
    private CurvePoint bestPoint;
    private long seen;
    private int looksWithoutGain;

    /**
     * One look at the kept-back impressions.
     *
     * @param epochs            passes through the training impressions so far
     * @param trainingLogLoss   of predictions made since the last look, each before it was learned from; NaN at the first
     * @param validationLogLoss of the kept-back impressions
     */
    record CurvePoint(double epochs, double trainingLogLoss, double validationLogLoss) {}

    /**
     * What came out.
     *
     * @param weights    of the best look, with row information and prior deviations of one pass
     * @param best       that look
     * @param curve      all looks
     * @param stopped    whether training ended before the last epoch because nothing improved
     */
    record Result(Weights weights, CurvePoint best, List<CurvePoint> curve, boolean stopped) {}

    private OfflineTraining(DataSet data, int trained, Weights start, ModelSettings model, OfflineSettings settings) {
        this.data = data;
        this.trained = trained;
        this.model = model;
        this.config = model.training();
        this.draw = Hashing.xxh3_64(config.seed());
        this.settings = settings;
        this.best = start;
        this.bestPoint = new CurvePoint(0, Double.NaN, Double.POSITIVE_INFINITY);
    }

    /**
     * Trains.
     *
     * @param trained impressions to learn from, the earliest; the others decide when to stop
     * @param start   where training starts, not changed
     * @throws DataException if the net's numbers ran away
     */
    static Result run(DataSet data, int trained, Weights start, ModelSettings model, OfflineSettings settings)
            throws DataException {
        return new OfflineTraining(data, trained, start, model, settings).run(start);
    }

    private Result run(Weights start) throws DataException {
        boolean stopped;
        try (var learner = model.learner(start);
                ProgressBar bar = new ProgressBarBuilder().setTaskName("train")
                        .setInitialMax((long) settings.epochs() * trained).setStyle(ProgressBarStyle.ASCII)
                        .setUnit(" impressions", 1).build()) {
            look(learner, bar);
            stopped = train(learner, bar);
        }
        float passes = (float) Math.max(1, bestPoint.epochs());
        for (int row = 0; row < best.rowInformation.length; row++) {
            best.rowInformation[row] /= passes;
        }
        try (var last = model.learner(best)) {
            return new Result(last.servable(), bestPoint, List.copyOf(curve), stopped);
        }
    }

    private boolean train(DeepFmTrainer learner, ProgressBar bar) throws DataException {
        int[] order = IntStream.range(0, trained).toArray();
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            ArraySampler.shuffle(RandomSource.XO_SHI_RO_256_PP.create(new long[]{config.seed(), epoch}), order);
            for (int from = 0; from < trained; from += config.batchSize()) {
                int to = Math.min(trained, from + config.batchSize());
                step(learner, epoch, order, from, to);
                bar.stepBy(to - from);
                if (looksBefore(to) > looksBefore(from)) {
                    look(learner, bar);
                    if (looksWithoutGain >= settings.patience()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Looks that are due in an epoch before its impression number {@code place}. */
    private long looksBefore(int place) {
        return (long) place * settings.validationsPerEpoch() / trained;
    }

    private void step(DeepFmTrainer learner, int epoch, int[] order, int from, int to) {
        int count = to - from;
        int fields = data.schema().size();
        int[] features = new int[count * fields];
        float[] labels = new float[count];
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            data.features(order[from + i], features, i * fields);
            labels[i] = data.click(order[from + i]) ? 1 : 0;
            weights[i] = labels[i] > 0 || kept(epoch, order[from + i]) ? 1 : 0;
        }
        float[] logits = learner.scoreAndTrain(features, labels, weights);
        for (int i = 0; i < count; i++) {
            note(learning, logits[i], labels[i] > 0);
        }
        seen += count;
    }

    /** Whether an impression without a click is trained on; every pass leaves others out. */
    private boolean kept(int epoch, int row) {
        return config.negativeShare() == 1
                || (draw.hashIntIntToLong(epoch, row) >>> UNIFORM_SHIFT) * 0x1p-53 < config.negativeShare();
    }

    /* What is not a number is caught at the next look. */
    private static void note(Predictions predictions, float logit, boolean click) {
        double prediction = Logistic.of(logit);
        predictions.add(Double.isNaN(prediction) ? click ? 0 : 1 : prediction, click, 1);
    }

    private void look(DeepFmTrainer learner, ProgressBar bar) throws DataException {
        Predictions kept = Predictions.all();
        int fields = data.schema().size();
        for (int from = trained; from < data.size(); from += SCORE_ROWS) {
            int count = Math.min(SCORE_ROWS, data.size() - from);
            int[] features = new int[count * fields];
            for (int i = 0; i < count; i++) {
                data.features(from + i, features, i * fields);
            }
            float[] logits = learner.score(features);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(logits[i])) {
                    throw new DataException("after " + seen + " impressions a prediction is " + logits[i]
                            + ": the steps are too large; lower training.net-learning-rate and"
                            + " training.embedding-learning-rate");
                }
                note(kept, logits[i], data.click(from + i));
            }
        }
        var point = new CurvePoint((double) seen / trained, learning.figures().logLoss(), kept.figures().logLoss());
        learning = Predictions.all();
        curve.add(point);
        if (point.validationLogLoss() < bestPoint.validationLogLoss()) {
            best = learner.snapshot();
            bestPoint = point;
            looksWithoutGain = 0;
        } else {
            looksWithoutGain++;
        }
        bar.setExtraMessage(String.format(Locale.ROOT, " log loss %.5f, best %.5f", point.validationLogLoss(),
                bestPoint.validationLogLoss()));
    }

    /** Features of the last impressions that were trained on, [n * fields], what λ is set by. */
    static int[] recentRows(DataSet data, int trained) {
        int count = Math.min(RECENT_ROWS, trained);
        int[] rows = new int[count * data.schema().size()];
        for (int i = 0; i < count; i++) {
            data.features(trained - count + i, rows, i * data.schema().size());
        }
        return rows;
    }
}
