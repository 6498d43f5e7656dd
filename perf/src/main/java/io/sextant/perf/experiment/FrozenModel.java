package io.sextant.perf.experiment;

import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.perf.loop.Win;
import io.sextant.uncertainty.draw.DecisionKey;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;

/** Asks a model about impressions that were bought, by whomever. Threading: one thread at a time. */
final class FrozenModel {
    /* The same draws for every model. */
    private static final long VERSION = 0;

    private final CtrModel model;
    private final AdParts ads;
    private final CtrScratch scratch;
    private final FeatureBatch features;
    private final float[] logits = new float[1];

    FrozenModel(CtrModel model, CampaignIndex campaigns) {
        this.model = model;
        this.ads = model.prepare(campaigns.features());
        this.scratch = model.newScratch(1);
        this.features = new FeatureBatch(model.description().schema(), 1);
    }

    /** The model. */
    CtrModel model() {
        return model;
    }

    /** Key of the draws about an impression. */
    static long key(Win win) {
        return DecisionKey.of(win.bid().getRequestId(), win.bid().getImpId(), VERSION);
    }

    /** Click probability of what was shown, calibrated. */
    double probability(Win win) {
        begin(win);
        model.score(scratch, logits);
        return calibrated(win, logits[0]);
    }

    /** Click probability of the request, its ad masked, as the model says it. */
    double requestProbability(Win win) {
        begin(win);
        model.scoreRows(new int[]{CtrModel.MASKED}, 1, scratch, logits);
        return Logistic.of(logits[0]);
    }

    /** Uncertainty of the request. */
    double uncertainty(Win win, UncertaintyEstimator estimator) {
        begin(win);
        return estimator.estimate(model, key(win), scratch);
    }

    private double calibrated(Win win, float logit) {
        return model.description().calibration().of(win.bid().getExchange()).at(Logistic.of(logit));
    }

    private void begin(Win win) {
        for (int field = 0; field < features.request.length; field++) {
            features.request[field] = win.bid().getFeature(field);
        }
        features.clear();
        features.add(win.ad());
        model.begin(ads, features, scratch);
    }
}
