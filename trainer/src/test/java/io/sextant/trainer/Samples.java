package io.sextant.trainer;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.TrainerConfig.LearningConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Small settings and seeded examples for tests. */
public final class Samples {
    private static final double ROWS_FACTOR = 0.01;

    private Samples() {}

    /** A net small enough to train in milliseconds; the clock decides nothing. */
    public static TrainerConfig config(Path models, Map<String, String> overrides) {
        var all = new HashMap<>(Map.of("models.dir", models.toString(), "model.rows-factor",
                Double.toString(ROWS_FACTOR), "model.embedding-size", "4", "model.hidden", "[8, 4]",
                "model.gate-hidden",
                "4", "training.batch-size", "32", "publish.min-examples", "320", "publish.min-interval", "0s",
                "checkpoint.examples", "128", "admin.port", "0"));
        // A few thousand examples have to be enough to learn something.
        all.put("training.embedding-learning-rate", "0.05");
        all.putAll(overrides);
        return new ConfigurationLoader("trainer", Map.of()).load(TrainerConfig.class, null, all);
    }

    /** The same with other step sizes, whether the settings would allow them or not. */
    public static TrainerConfig withRates(TrainerConfig config, double embeddings, double net) {
        LearningConfig was = config.training();
        return new TrainerConfig(config.kafka(), config.arms(), config.neutralArm(), config.models(), config.model(),
                new LearningConfig(was.batchSize(), embeddings, was.initialAccumulator(), net, was.l2(),
                        was.maskShare(), was.negativeShare(), was.admissionCount(), was.expireAfter(),
                        was.informationHalfLife(), was.gaussianProcess(), was.threads()),
                config.calibration(), config.publish(), config.checkpoint(), config.admin());
    }

    /** The schema of {@link #config}. */
    public static FeatureSchema schema() {
        return FeatureSchemas.standard(ROWS_FACTOR, FeatureSchemas.HASH_SEED);
    }

    /** The example at an offset: random features, clicked in a third of the cases, more often for half of the sites. */
    public static Example example(String arm, long offset) {
        return builder(arm, offset).build();
    }

    /** The same of three values a field, so that few rows of the tables are touched. */
    public static Example narrow(String arm, long offset) {
        var random = new SplittableRandom(offset);
        Example.Builder example = builder(arm, offset);
        for (int field = 0; field < schema().size(); field++) {
            example.setFeature(field, schema().valueIndex(field, random.nextInt(3)));
        }
        return example.build();
    }

    /** The same as {@link #example}, to be changed. */
    public static Example.Builder builder(String arm, long offset) {
        var random = new SplittableRandom(offset);
        FeatureSchema schema = schema();
        var example = Example.newBuilder().setBidId("bid-" + offset).setArm(arm).setWeight(1)
                .setSchemaFingerprint(schema.fingerprint()).setImpressionTimeMs(1_000_000 + offset);
        for (int field = 0; field < schema.size(); field++) {
            example.addFeature(schema.valueIndex(field, random.nextLong()));
        }
        boolean likely = example.getFeature(0) % 2 == 0;
        return example.setClick(random.nextDouble() < (likely ? 0.5 : 0.1));
    }
}
