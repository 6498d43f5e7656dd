package io.sextant.perf.engine;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.TensorFlowCtrModel;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import io.sextant.perf.scorer.RequestScorer;
import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.Workload;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Whether all engines compute the same: this project's against the reference, plain and under dropout masks, and the others
 * in all forms in which they are timed, on the requests that they are timed on.
 */
final class ParityCheck {
    private final Workload workload;
    private final int passes;

    /**
     * Prepares the check.
     *
     * @param workload net and requests that are timed
     * @param passes   masks of a request
     */
    ParityCheck(Workload workload, int passes) {
        this.workload = workload;
        this.passes = passes;
    }

    /**
     * Compares.
     *
     * @param compared requests that engine and reference are compared on; as many masks as candidates are drawn for each
     */
    Parity run(Requests compared) {
        int candidates = compared.candidates(0).length;
        double[] differences;
        ModelArtefact artefact = workload.artefact();
        try (CtrModel engine = new ArrayCtrModel(artefact.description(), artefact.weights(), KernelChoice.kernels());
                CtrModel reference = new TensorFlowCtrModel(artefact.description(), artefact.weights(),
                        TensorFlowOptions.singleThread());
                Answers of = new Answers(engine, workload, candidates);
                Answers from = new Answers(reference, workload, candidates)) {
            differences = IntStream.range(0, compared.count()).mapToObj(request -> {
                of.answer(compared, request);
                from.answer(compared, request);
                return of.differences(from);
            }).reduce(new double[Answers.KINDS], ParityCheck::largest);
        }
        int timed = workload.requests().count() * workload.requests().candidates(0).length;
        return new Parity(compared.count() * candidates, differences[0], differences[1], differences[2], timed,
                asTimed(Engine.TENSORFLOW), asTimed(Engine.ONNX_RUNTIME));
    }

    private double asTimed(Engine other) {
        double largest = 0;
        for (BatchForm form : BatchForm.values()) {
            try (RequestScorer array = Engine.ARRAY.open(workload, passes, form);
                    RequestScorer scorer = other.open(workload, passes, form)) {
                largest = Math.max(largest, difference(array, scorer));
            }
        }
        return largest;
    }

    /** Over candidates' logits and the uncertainty, which the masked passes' logits are only seen through. */
    private double difference(RequestScorer one, RequestScorer other) {
        Requests requests = workload.requests();
        int candidates = requests.candidates(0).length;
        float[] ones = new float[candidates + passes];
        float[] others = new float[candidates + passes];
        double largest = 0;
        for (int request = 0; request < requests.count(); request++) {
            double uncertainty = one.score(request, ones);
            largest = Math.max(largest, magnitude(uncertainty - other.score(request, others)));
            largest = Math.max(largest, difference(ones, others, candidates));
        }
        return largest;
    }

    static double difference(float[] ones, float[] others, int count) {
        double largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, magnitude((double) ones[i] - others[i]));
        }
        return largest;
    }

    /** What is not a number is as far off as can be. */
    private static double magnitude(double difference) {
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.abs(difference);
    }

    private static double[] largest(double[] ones, double[] others) {
        return IntStream.range(0, ones.length).mapToDouble(i -> Math.max(ones[i], others[i])).toArray();
    }

    /** One model's answers to one request. */
    private static final class Answers implements AutoCloseable {
        static final int KINDS = 3;
        private static final int[] MASKED = {CtrModel.MASKED};

        private final CtrModel model;
        private final AdParts ads;
        private final CtrScratch scratch;
        private final FeatureBatch batch;
        private final int[] rows;
        private final int[] masks;
        private final float[] plain;
        private final float[] maskedRequest;
        private final float[] maskedAds;

        Answers(CtrModel model, Workload workload, int candidates) {
            this.model = model;
            this.ads = model.prepare(new AdTable(model.description().schema(), workload.ads()));
            this.scratch = model.newScratch(candidates);
            this.batch = new FeatureBatch(model.description().schema(), candidates);
            this.rows = IntStream.range(0, candidates).toArray();
            this.masks = new int[candidates];
            this.plain = new float[candidates];
            this.maskedRequest = new float[candidates];
            this.maskedAds = new float[candidates];
        }

        void answer(Requests requests, int request) {
            batch.clear();
            System.arraycopy(requests.features(request), 0, batch.request, 0, batch.request.length);
            for (int ad : requests.candidates(request)) {
                batch.add(ad);
            }
            Arrays.setAll(masks, i -> (request * masks.length + i) % model.description().masks());
            model.begin(ads, batch, scratch);
            model.score(scratch, plain);
            model.scoreDropped(MASKED, 1, masks, masks.length, scratch, maskedRequest);
            model.scoreDropped(rows, rows.length, masks, 1, scratch, maskedAds);
        }

        double[] differences(Answers other) {
            return new double[]{difference(plain, other.plain, rows.length),
                difference(maskedRequest, other.maskedRequest, rows.length),
                difference(maskedAds, other.maskedAds, rows.length)};
        }

        @Override
        public void close() {
            scratch.close();
        }
    }
}
