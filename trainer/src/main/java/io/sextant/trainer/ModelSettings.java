package io.sextant.trainer;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.TrainingConfig;

/** What the settings say of a model, in the words of the model. Immutable and thread-safe. */
public final class ModelSettings {
    /** Threads of every TensorFlow session that has to do with training: work is spread over threads above it. */
    public static final TensorFlowOptions SESSION = TensorFlowOptions.singleThread();

    private final TrainerConfig.ModelConfig model;
    private final TrainerConfig.LearningConfig learning;

    /** Nothing is made yet. */
    public ModelSettings(TrainerConfig config) {
        this.model = config.model();
        this.learning = config.training();
    }

    /** The bidders' features. */
    public FeatureSchema schema() {
        return FeatureSchemas.standard(model.rowsFactor(), model.hashSeed());
    }

    /** The shape of the net. */
    public Architecture architecture() {
        return new Architecture(model.embeddingSize(), model.hidden(), model.dropRate(), model.gateHidden());
    }

    /** How it is trained. */
    public TrainingConfig training() {
        return new TrainingConfig(architecture(), learning.batchSize(), learning.embeddingLearningRate(),
                learning.initialAccumulator(), learning.netLearningRate(), learning.l2(), learning.maskShare(),
                learning.negativeShare(), learning.retention(), model.seed());
    }

    /**
     * Makes a learner, on as many threads as the settings say.
     *
     * @param start where it starts from, not changed
     */
    public DeepFmTrainer learner(Weights start) {
        return new DeepFmTrainer(start, training(), SESSION, learning.threads());
    }

    /** The net before it has learned anything. */
    public Weights untrained(FeatureSchema schema) {
        return Weights.initial(schema, architecture(), model.seed(), model.priorCtr());
    }

    /**
     * What model.json says, λ left at 0.
     *
     * @param watermarkMs event time up to which examples were learned
     * @param examples    examples learned
     */
    public ModelDescription describe(String arm, long version, long parentVersion, FeatureSchema schema,
            long watermarkMs, long examples) {
        Architecture shape = architecture();
        return new ModelDescription(arm, version, parentVersion, schema, shape.embeddingSize(), shape.hidden(),
                shape.dropRate(), model.masks(), model.seed(), shape.gateHidden(), uncertaintyEpoch(schema, shape), 0,
                watermarkMs, examples);
    }

    /* Uncertainties can be compared as long as features, shape and dropout stay: the epoch is a digest of them. */
    private static long uncertaintyEpoch(FeatureSchema schema, Architecture shape) {
        var hash = Hashing.xxh3_64().hashStream().putLong(schema.fingerprint()).putInt(shape.embeddingSize())
                .putDouble(shape.dropRate());
        shape.hidden().forEach(hash::putInt);
        return hash.getAsLong() >>> 1;
    }
}
