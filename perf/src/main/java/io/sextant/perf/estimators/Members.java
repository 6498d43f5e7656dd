package io.sextant.perf.estimators;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.Weights;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.TrainerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Nets trained alike: one pass over the same rows in the same order, as arms learn, each from its own seed. */
final class Members {
    private Members() {}

    /**
     * Trains.
     *
     * @param settings the trainer's, those that differ from its reference
     * @param seed     of the first net; the others count on from it
     * @param members  how many, 2 or more
     * @param threads  nets that learn at a time; changes no bit
     * @return the first net, which knows the others
     */
    static EnsembleCtrModel train(LabelledRows rows, Map<String, String> settings, long seed, int members,
            int threads) throws InterruptedException {
        List<Future<ArrayCtrModel>> trained = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int member = 0; member < members; member++) {
                long own = seed + member;
                trained.add(pool.submit(() -> train(rows, settings, own)));
            }
            List<CtrModel> nets = new ArrayList<>();
            for (Future<ArrayCtrModel> net : trained) {
                nets.add(net.get());
            }
            return new EnsembleCtrModel(nets);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a net could not be trained: " + e.getCause(), e.getCause());
        }
    }

    private static ArrayCtrModel train(LabelledRows rows, Map<String, String> settings, long seed) {
        Map<String, String> own = new HashMap<>(settings);
        own.put("model.seed", Long.toString(seed));
        own.put("training.threads", "1");
        var model = new ModelSettings(
                new ConfigurationLoader("trainer", Map.of()).load(TrainerConfig.class, null, own));
        int batch = model.training().batchSize();
        int fields = rows.schema().size();
        try (DeepFmTrainer learner = model.learner(model.untrained(rows.schema()))) {
            int from = 0;
            while (from < rows.size()) {
                int to = Math.min(rows.size(), from + batch);
                // A correction pair is not torn apart: its first half alone would push against a label.
                if (to < rows.size() && rows.weights()[to - 1] < 0) {
                    to++;
                }
                learner.scoreAndTrain(Arrays.copyOfRange(rows.features(), from * fields, to * fields),
                        Arrays.copyOfRange(rows.labels(), from, to), Arrays.copyOfRange(rows.weights(), from, to));
                from = to;
            }
            Weights weights = learner.servable();
            return new ArrayCtrModel(model.describe("member", 0, -1, rows.schema(), 0, rows.size()), weights,
                    KernelChoice.kernels());
        }
    }
}
