package io.sextant.perf.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.perf.scorer.ArrayScorer;
import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.Workload;
import java.util.List;

/**
 * What a request's scores and uncertainty take, in multiply-adds of matrix products; a multiply-add is two operations.
 *
 * @param nominal  after the algebra: the request's part of layer one, and the layers above it for every candidate and pass
 * @param executed those that are left when inputs that are 0 in a whole block are skipped; padding counts
 * @param whole    without the algebra: the whole net for every candidate and pass
 * @param explored candidates that AGE moved, of those that it may
 */
record Arithmetic(@JsonProperty("nominal") double nominal, @JsonProperty("executed") double executed,
        @JsonProperty("without_algebra") double whole, @JsonProperty("explored_candidates") double explored) {

    /** Counts over all of the workload's requests. */
    static Arithmetic of(Workload workload, int passes) {
        Requests requests = workload.requests();
        int candidates = requests.candidates(0).length;
        float[] logits = new float[candidates + passes];
        float[] ageLogits = new float[candidates];
        long executed = 0;
        long explored = 0;
        try (ArrayScorer scorer = new ArrayScorer(workload, passes)) {
            for (int request = 0; request < requests.count(); request++) {
                long before = scorer.multiplyAdds();
                scorer.score(request, logits);
                executed += scorer.multiplyAdds() - before;
                explored += scorer.scoreWithAge(request, logits, ageLogits);
            }
        }
        ModelDescription description = workload.artefact().description();
        int size = description.embeddingSize();
        long rows = candidates + (long) passes;
        return new Arithmetic(
                rows * upper(description.hidden())
                        + (long) description.schema().requestFields() * size * description.hidden().get(0),
                (double) executed / requests.count(),
                rows * (upper(description.hidden())
                        + (long) description.schema().size() * size * description.hidden().get(0)),
                (double) explored / requests.count());
    }

    /** Multiply-adds of a row above the first hidden layer. */
    private static long upper(List<Integer> hidden) {
        long sum = hidden.get(hidden.size() - 1);
        for (int layer = 1; layer < hidden.size(); layer++) {
            sum += (long) hidden.get(layer - 1) * hidden.get(layer);
        }
        return sum;
    }
}
