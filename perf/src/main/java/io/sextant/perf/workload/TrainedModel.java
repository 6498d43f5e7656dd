package io.sextant.perf.workload;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.LambdaCalibration;
import io.sextant.model.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Trains the net that is measured. Random numbers in a net's place would have neither its zeros nor its scale. */
public final class TrainedModel {
    /** Arm that the artefact names. */
    public static final String ARM = "bench";

    private static final double PRIOR_CTR = 0.04;
    private static final int MASKS = MaskBank.MASKS_MIN;
    /** All cores: how the rounding falls does not matter here. */
    private static final TensorFlowOptions THREADS = new TensorFlowOptions(0, -1);

    private TrainedModel() {}

    /**
     * Learns examples drawn from the world and writes the artefact.
     *
     * @param world        where examples come from
     * @param architecture of the net
     * @param examples     number of examples to learn
     * @param seed         of examples and training
     * @param modelsDir    the artefact is written below it, see {@link ModelArtefact#directory}
     * @param progress     called with the number of examples learned so far
     * @throws IOException if the artefact cannot be written
     */
    public static ModelArtefact train(PlantedWorld world, Architecture architecture, long examples, long seed,
            Path modelsDir, LongConsumer progress) throws IOException {
        TrainingConfig standard = TrainingConfig.standard(seed);
        TrainingConfig config = new TrainingConfig(architecture, standard.batchSize(),
                standard.embeddingLearningRate(), standard.initialAccumulator(), standard.netLearningRate(),
                standard.l2(), standard.maskShare(), seed);
        FeatureSchema schema = world.schema();
        Weights start = Weights.initial(schema, architecture, seed, PRIOR_CTR);
        try (DeepFmTrainer trainer = new DeepFmTrainer(start, config, THREADS)) {
            Examples batch = new Examples(world, config.batchSize(), seed);
            while (trainer.examples() < examples) {
                batch.draw();
                trainer.scoreAndTrain(batch.features, batch.labels, batch.weights);
                progress.accept(trainer.examples());
            }
            Weights weights = trainer.snapshot();
            ModelDescription description = new ModelDescription(ARM, 0, -1, schema, architecture.embeddingSize(),
                    architecture.hidden(), architecture.dropRate(), MASKS, seed, architecture.gateHidden(), 1,
                    LambdaCalibration.PAPER_LAMBDA, 0, trainer.examples());
            double lambda = LambdaCalibration.calibrate(weights, description, trainer.recentRows(), THREADS);
            return ModelArtefact.write(modelsDir, description.withAgeLambda(lambda), weights);
        }
    }

    /** One batch of impressions with their clicks. */
    private static final class Examples {
        private final Impressions impressions;
        private final int[] features;
        private final float[] labels;
        private final float[] weights;

        Examples(PlantedWorld world, int size, long seed) {
            this.impressions = new Impressions(world, seed);
            this.features = new int[size * world.schema().size()];
            this.labels = new float[size];
            this.weights = new float[size];
            Arrays.fill(weights, 1);
        }

        void draw() {
            for (int row = 0; row < labels.length; row++) {
                impressions.draw();
                int[] drawn = impressions.features();
                System.arraycopy(drawn, 0, features, row * drawn.length, drawn.length);
                labels[row] = impressions.clicked() ? 1 : 0;
            }
        }
    }
}
