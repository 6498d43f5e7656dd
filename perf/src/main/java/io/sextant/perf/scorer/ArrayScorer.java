package io.sextant.perf.scorer;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.ArrayScratch;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.Workload;
import io.sextant.uncertainty.age.AgeAdjuster;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import io.sextant.uncertainty.estimator.UncertaintyScale;

/** This project's engine, called in the bidder's order: the request's part, scores, uncertainty, AGE. */
public final class ArrayScorer implements RequestScorer {
    /** Candidates that AGE explores, those with the highest price. */
    public static final int EXPLORED_MAX = 10;
    /** All ads pay the same for a click here, so that prices rank as scores do. */
    private static final float PRICES_PER_LOGIT = 1e6f;

    private final ArrayCtrModel model;
    private final AdParts ads;
    private final ArrayScratch scratch;
    private final Requests requests;
    private final FeatureBatch batch;
    private final MonteCarloDropout uncertainty;
    private final AgeAdjuster age;
    private final long[] prices;

    /**
     * Packs the net and prepares the catalogue.
     *
     * @param workload the net, and what is asked of it
     * @param passes   masks of a request, 2 or more
     */
    public ArrayScorer(Workload workload, int passes) {
        this(workload, passes, true);
    }

    /**
     * As {@link #ArrayScorer(Workload, int)}.
     *
     * @param gate whether AGE explores only those of the best candidates that its gate is open for
     */
    public ArrayScorer(Workload workload, int passes, boolean gate) {
        ModelArtefact artefact = workload.artefact();
        ModelDescription description = artefact.description();
        this.requests = workload.requests();
        int candidates = requests.candidates(0).length;
        this.model = new ArrayCtrModel(description, artefact.weights(), KernelChoice.kernels());
        this.ads = model.prepare(new AdTable(description.schema(), workload.ads()));
        this.scratch = model.newScratch(candidates);
        this.batch = new FeatureBatch(description.schema(), candidates);
        this.prices = new long[candidates];
        this.uncertainty = new MonteCarloDropout(UncertaintyScale.PROBABILITY, passes);
        this.age = new AgeAdjuster(AgeConfig.of(AgeConfig.Mode.TS).with(AgeConfig.Direction.FGM, 1).withPasses(passes)
                .withThreshold(gate ? AgeConfig.LEARNED_THRESHOLD : 0).withCandidatesMax(EXPLORED_MAX), description,
                candidates);
    }

    /**
     * The candidates' scores alone.
     *
     * @param request number of the request
     * @param logits  [candidates], out
     */
    public void scoreOnly(int request, float[] logits) {
        batch.clear();
        System.arraycopy(requests.features(request), 0, batch.request, 0, batch.request.length);
        for (int ad : requests.candidates(request)) {
            batch.add(ad);
        }
        model.begin(ads, batch, scratch);
        model.score(scratch, logits);
    }

    @Override
    public double score(int request, float[] logits) {
        scoreOnly(request, logits);
        return uncertainty.estimate(model, requests.decisionKey(request), scratch);
    }

    /**
     * As {@link #score}, and then AGE by Thompson sampling and the fast gradient method for the candidates with the highest
     * prices.
     *
     * @param ageLogits [candidates], out
     * @return number of candidates that were explored
     */
    public int scoreWithAge(int request, float[] logits, float[] ageLogits) {
        score(request, logits);
        for (int row = 0; row < batch.size(); row++) {
            prices[row] = Math.round(logits[row] * PRICES_PER_LOGIT);
        }
        return age.explore(model, batch.size(), logits, prices, requests.decisionKey(request), scratch, ageLogits);
    }

    /** Multiply-adds of matrix products done so far. */
    public long multiplyAdds() {
        return scratch.multiplyAdds();
    }

    /** The loops that it runs on. */
    public String kernels() {
        return model.kernels().name();
    }

    @Override
    public void close() {
        scratch.close();
        model.close();
    }
}
