package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Asks a model everything that it can be asked, so that what a first call costs is not paid in somebody's auction. The
 * process's first model is asked until its answers no longer come quicker, which is when the compiler is done.
 */
final class WarmUp {
    /** Candidates: together they take every kind of tile. */
    private static final int ROWS = 31;
    private static final int PASSES = 4;
    private static final int ROUND = 64;
    private static final int ROUNDS_MIN = 8;
    private static final int ROUNDS_MAX = 200;
    /** Rounds without a quicker one after which it is enough. */
    private static final int PATIENCE = 4;
    /** What counts as quicker. */
    private static final double GAIN = 0.9;

    private static boolean compiled;

    private WarmUp() {}

    static synchronized void run(CtrModel model) {
        try (Calls calls = new Calls(model)) {
            if (compiled) {
                calls.all();
                return;
            }
            long best = Long.MAX_VALUE;
            int stale = 0;
            for (int round = 0; round < ROUNDS_MAX && (round < ROUNDS_MIN || stale < PATIENCE); round++) {
                long start = System.nanoTime();
                for (int i = 0; i < ROUND; i++) {
                    calls.all();
                }
                long took = System.nanoTime() - start;
                stale = took < best * GAIN ? 0 : stale + 1;
                best = Math.min(best, took);
            }
            compiled = true;
        }
    }

    /** Asks a model once, whatever it runs on. */
    static void once(CtrModel model) {
        try (Calls calls = new Calls(model)) {
            calls.all();
        }
    }

    /** Every call of the interface that the model can answer, on rows of the same request. */
    private static final class Calls implements AutoCloseable {
        private final CtrModel model;
        private final AdParts ads;
        private final FeatureBatch batch;
        private final CtrScratch scratch;
        private final int[] rows = IntStream.range(0, ROWS).toArray();
        private final int[] masked = {CtrModel.MASKED};
        private final int[] masks = IntStream.range(0, ROWS * PASSES).toArray();
        private final float[] logits = new float[ROWS * PASSES];
        private final float[] variances = new float[1];
        private final double[] deviations = new double[ROWS];
        private final float[] displacement;
        private final float[] gradients;

        Calls(CtrModel model) {
            ModelDescription description = model.description();
            List<int[]> features = new ArrayList<>();
            FeatureSchema schema = description.schema();
            int requestFields = schema.requestFields();
            features.add(IntStream.range(requestFields, schema.size()).map(schema::missingIndex).toArray());
            this.model = model;
            this.ads = model.prepare(new AdTable(description.schema(), features));
            this.batch = new FeatureBatch(description.schema(), ROWS);
            this.scratch = model.newScratch(ROWS);
            for (int field = 0; field < requestFields; field++) {
                batch.request[field] = schema.missingIndex(field);
            }
            for (int row = 0; row < ROWS; row++) {
                batch.add(0);
            }
            this.displacement = new float[ROWS * description.adInputs()];
            this.gradients = new float[ROWS * description.adInputs()];
        }

        void all() {
            model.begin(ads, batch, scratch);
            model.score(scratch, logits);
            model.scoreRows(masked, 1, scratch, logits);
            if (model.can(CtrModel.Ability.MASKS)) {
                model.scoreDropped(masked, 1, masks, ROWS, scratch, logits);
                model.scoreDropped(rows, ROWS, masks, PASSES, scratch, logits);
            }
            if (model.can(CtrModel.Ability.GRADIENTS)) {
                model.droppedVariance(masked, 1, scratch, logits, variances);
                model.adGradients(rows, ROWS, scratch, gradients);
                model.adGradientsAt(rows, ROWS, displacement, scratch, logits, gradients);
                model.scoreDisplaced(rows, ROWS, displacement, scratch, logits);
                model.gate(rows, ROWS, scratch, logits);
            }
            if (model.can(CtrModel.Ability.ROW_INFORMATION)) {
                variances[0] = (float) model.requestRowVariance(scratch);
                model.adRowVariances(rows, ROWS, scratch, deviations);
            }
            if (model.can(CtrModel.Ability.GAUSSIAN_PROCESS)) {
                model.processScores(rows, ROWS, scratch, logits, deviations);
            }
        }

        @Override
        public void close() {
            scratch.close();
        }
    }
}
