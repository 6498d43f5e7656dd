package io.sextant.perf.estimators;

import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much longer a request takes with an estimator, over one that has begun on a single net. A look, no benchmark: the
 * median of some rounds in this JVM. {@code ./sextant bench engine} measures properly.
 */
final class EstimatorCost {
    private static final int REQUESTS_MAX = 16;
    private static final int ROUNDS = 9;
    /** A round takes about so long, whatever is measured. */
    private static final long ROUND_NS = 20_000_000;

    private EstimatorCost() {}

    /** A request that models have begun on. */
    private record Begun(CtrModel model, AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        double begin() {
            model.begin(ads, batch, scratch);
            return 0;
        }
    }

    /**
     * Measures.
     *
     * @param requests table rows of some requests
     * @return nanoseconds by estimator
     */
    static Map<String, Double> measure(EnsembleCtrModel model, List<int[]> requests, int[] ad, int passes) {
        List<Begun> begun = new ArrayList<>();
        var table = new AdTable(model.description().schema(), List.of(ad));
        AdParts ads = model.prepare(table);
        for (int[] request : requests.subList(0, Math.min(REQUESTS_MAX, requests.size()))) {
            var batch = new FeatureBatch(model.description().schema(), 1);
            System.arraycopy(request, 0, batch.request, 0, request.length);
            batch.add(0);
            var one = new Begun(model, ads, batch, model.newScratch(1));
            one.begin();
            begun.add(one);
        }
        double beginNs = nanos(begun, Begun::begin) * (model.members() - 1) / model.members();
        Map<String, Double> costs = new LinkedHashMap<>();
        Contestants.of(model, passes).forEach((name, estimator) -> costs.put(name,
                nanos(begun, request -> estimator.estimate(model, 1, request.scratch))
                        + (needsAll(estimator) ? beginNs : 0)));
        return costs;
    }

    private static boolean needsAll(UncertaintyEstimator estimator) {
        return estimator.needs() == CtrModel.Ability.MEMBERS;
    }

    @FunctionalInterface
    private interface Work {
        double on(Begun request);
    }

    private static double nanos(List<Begun> requests, Work work) {
        double[] rounds = new double[ROUNDS];
        double sink = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long count = 0;
            long start = System.nanoTime();
            long now = start;
            while (now - start < ROUND_NS) {
                for (Begun request : requests) {
                    sink += work.on(request);
                }
                count += requests.size();
                now = System.nanoTime();
            }
            rounds[round] = (double) (now - start) / count;
        }
        Arrays.sort(rounds);
        // The sum is used, so that no compiler leaves the work out.
        return Double.isNaN(sink) ? Double.NaN : rounds[ROUNDS / 2];
    }
}
