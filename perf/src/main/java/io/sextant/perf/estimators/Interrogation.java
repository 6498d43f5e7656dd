package io.sextant.perf.estimators;

import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.trainer.offline.Exposures;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/**
 * Asks a model and all estimators about one request after the other. Threading: one thread.
 */
final class Interrogation {
    private static final int[] MASKED = {CtrModel.MASKED};
    private static final int[] SHOWN = {0};

    private final EnsembleCtrModel model;
    private final AdParts ads;
    private final Exposures exposures;
    private final CtrScratch scratch;
    private final FeatureBatch batch;
    private final SequencedMap<String, UncertaintyEstimator> estimators;
    private final List<double[]> uncertainties = new ArrayList<>();
    private final double[] requestLogits;
    private final double[] adLogits;
    private final double[] seen;
    private final int[] values;
    private final float[] logit = new float[1];
    private int size;

    /**
     * Asks nothing yet.
     *
     * @param ads  all ads that will be asked about
     * @param room requests at most
     */
    Interrogation(EnsembleCtrModel model, List<int[]> ads, Exposures exposures, int passes, int room) {
        this.model = model;
        this.ads = model.prepare(new AdTable(model.description().schema(), ads));
        this.exposures = exposures;
        this.scratch = model.newScratch(1);
        this.batch = new FeatureBatch(model.description().schema(), 1);
        this.estimators = Contestants.of(model, passes);
        estimators.forEach((_, _) -> uncertainties.add(new double[room]));
        this.requestLogits = new double[room];
        this.adLogits = new double[room];
        this.seen = new double[room];
        this.values = new int[room];
    }

    /**
     * Asks about a request and an ad.
     *
     * @param request [requestFields] table rows
     * @param ad      its number among the ads
     * @param key     of the estimators' draws
     */
    void ask(int[] request, int ad, long key) {
        System.arraycopy(request, 0, batch.request, 0, request.length);
        batch.clear();
        batch.add(ad);
        model.begin(ads, batch, scratch);
        model.scoreRows(MASKED, 1, scratch, logit);
        requestLogits[size] = logit[0];
        model.scoreRows(SHOWN, 1, scratch, logit);
        adLogits[size] = logit[0];
        seen[size] = exposures.of(request);
        values[size] = exposures.value(request);
        int place = 0;
        for (UncertaintyEstimator estimator : estimators.values()) {
            uncertainties.get(place++)[size] = estimator.estimate(model, key, scratch);
        }
        size++;
    }

    /** Logits of the requests, ads masked. */
    double[] requestLogits() {
        return Arrays.copyOf(requestLogits, size);
    }

    /** Logits of the ads. */
    double[] adLogits() {
        return Arrays.copyOf(adLogits, size);
    }

    /** The table rows whose exposures count. */
    int[] values() {
        return Arrays.copyOf(values, size);
    }

    /** All answers. */
    Judgements judgements(ErrorEvidence errors, long learned, double pcoc) {
        return new Judgements(List.copyOf(estimators.sequencedKeySet()),
                uncertainties.stream().map(column -> Arrays.copyOf(column, size)).toList(),
                Arrays.stream(requestLogits()).map(Logistic::of).toArray(), Arrays.copyOf(seen, size), errors,
                learned, pcoc);
    }
}
