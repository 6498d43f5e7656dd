package io.sextant.perf.learning;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.Weights;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.ArmMeters;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.arm.ArmTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One arm of the product's trainer, with its default settings and version 0 published, without Kafka: examples go in as
 * they come out of the consumer.
 */
final class LearningArm implements AutoCloseable {
    private final ArmTrainer trainer;
    private final List<Example> examples;
    private final TrainerConfig config;
    private long offset;

    /**
     * Starts an arm.
     *
     * @param directory for its artefacts
     * @param threads   that it trains with
     * @param examples  what it is fed with, in turn, over and over
     */
    LearningArm(Path directory, int threads, List<Example> examples) throws IOException {
        this.config = new ConfigurationLoader("trainer", Map.of()).load(TrainerConfig.class, null,
                Map.of("models.dir", directory.toString(), "arms", "[" + ExampleStream.ARM + "]", "training.threads",
                        Integer.toString(threads)));
        this.examples = examples;
        this.trainer = new ArmTrainer(ExampleStream.ARM, config,
                new ArmMeters(new SimpleMeterRegistry(), ExampleStream.ARM));
        Weights weights = trainer.weights();
        trainer.published(ModelArtefact.write(directory, trainer.describe(weights, 0, -1), weights), 0);
    }

    int batchSize() {
        return config.training().batchSize();
    }

    /** Scores and trains so many examples; the last ones may be left waiting for their batch. */
    void learn(long count) {
        for (long i = 0; i < count; i++) {
            trainer.accept(offset, examples.get((int) (offset % examples.size())));
            offset++;
        }
    }

    /** Progressive AUC of the last examples. */
    double auc() {
        return trainer.figures().auc();
    }

    @Override
    public void close() {
        trainer.close();
    }
}
