package io.sextant.trainer;

import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.Secret;
import io.sextant.model.training.RowRetention;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.UniqueElements;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * Settings of a trainer; each key's default, unit and meaning stand in {@code trainer-reference.yaml}.
 *
 * @param kafka      how to reach Kafka
 * @param arms       names of the arms that are trained here
 * @param neutralArm the arm on whose impressions every arm's published version is scored, and that nothing is learned from;
 *                   empty for none
 * @param models     where artefacts lie
 * @param model      shape of the model
 * @param training   how it learns
 * @param calibration what predictions go through before they price anything
 * @param publish    when a version goes out
 * @param checkpoint how often the state is saved
 * @param admin      the trainer's HTTP port
 */
public record TrainerConfig(KafkaConfig kafka,
        @NotEmpty @UniqueElements List<@Pattern(regexp = "[A-Za-z0-9][A-Za-z0-9._-]*", message = "must be letters, digits, dots, dashes and underscores") String> arms,
        @NotNull String neutralArm,
        ModelsConfig models, ModelConfig model, LearningConfig training, CalibrationConfig calibration,
        PublishConfig publish,
        CheckpointConfig checkpoint, AdminConfig admin) {

    /** Checks that nothing is learned from the neutral arm. */
    public TrainerConfig {
        arms = List.copyOf(arms);
        if (arms.contains(neutralArm)) {
            throw new IllegalArgumentException("neutral-arm is " + neutralArm
                    + ", which is one of arms: what nothing is learned from cannot be trained; take it out of arms");
        }
    }

    /**
     * Where artefacts lie.
     *
     * @param dir  directory of all arms' artefacts
     * @param keep versions of an arm that are kept, the announced one and its parent always
     */
    public record ModelsConfig(Path dir, @Min(2) @Max(100_000) int keep) {}

    /**
     * Shape of the model.
     *
     * @param rowsFactor    factor on the rows of open vocabularies
     * @param hashSeed      seed of the value hash
     * @param embeddingSize floats an embedding
     * @param hidden        widths of the hidden layers
     * @param dropRate      dropout after each hidden layer, 0 to below 1
     * @param gateHidden    width of the gate net's hidden layer
     * @param masks         size of the mask bank
     * @param seed          seed of the mask bank, of version 0 and of the draws in training
     * @param priorCtr      click-through rate of the untrained model
     */
    public record ModelConfig(@DecimalMin("0.001") @DecimalMax("1000") double rowsFactor, long hashSeed,
            @Min(1) @Max(256) int embeddingSize, @NotEmpty List<@Min(1) @Max(4096) Integer> hidden,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) double dropRate,
            @Min(1) @Max(4096) int gateHidden, @Min(1024) @Max(65_536) int masks, long seed,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax(value = "1", inclusive = false) double priorCtr) {}

    /**
     * How it learns.
     *
     * @param batchSize             examples a step
     * @param embeddingLearningRate AdaGrad's step size, on embeddings
     * @param initialAccumulator    what AdaGrad's sums of squares start from
     * @param netLearningRate       Adam's step size, on the net
     * @param l2                    weight decay
     * @param maskShare             share of examples whose ad is masked
     * @param negativeShare         share of examples without a click that are trained on
     * @param admissionCount        trained examples that an embedding needs before it is learned
     * @param expireAfter           event time without a trained example after which an embedding starts anew
     * @param informationHalfLife   event time in which half of what is known of an embedding is forgotten
     * @param gaussianProcess       whether versions come with a Gaussian process on the last hidden layer (default false)
     * @param threads               threads of an arm
     */
    public record LearningConfig(@Min(1) @Max(65_536) int batchSize,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("10") double embeddingLearningRate,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000") double initialAccumulator,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") double netLearningRate,
            @DecimalMin("0") @DecimalMax("1") double l2,
            @DecimalMin("0") @DecimalMax(value = "1", inclusive = false) double maskShare,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("1") double negativeShare,
            @Min(1) @Max(1 << 24) int admissionCount, @DurationMin(hours = 1) Duration expireAfter,
            @DurationMin(hours = 1) Duration informationHalfLife, boolean gaussianProcess,
            @Min(1) @Max(256) int threads) {

        /** Which rows of the embedding table are learned, and for how long. */
        public RowRetention retention() {
            return new RowRetention(admissionCount, expireAfter, informationHalfLife);
        }
    }

    /**
     * What predictions go through before they price anything.
     *
     * @param mode          how the map is fitted
     * @param buckets       buckets at most, in mode equal-count
     * @param paperBuckets  buckets, in mode paper
     * @param window        examples that are kept to fit on
     * @param clicks        clicks that it is fitted on at most, the newest
     * @param minClicks     clicks that it takes to be fitted at all
     * @param priorClicks   how many clicks count as much as the model's own predictions
     * @param refitExamples examples after which it is fitted anew at the latest
     */
    public record CalibrationConfig(@NotNull CalibrationMode mode, @Min(1) @Max(10_000) int buckets,
            @Min(10) @Max(10_000_000) int paperBuckets, @Min(1000) @Max(2_000_000) int window,
            @Min(10) @Max(1_000_000) int clicks, @Min(1) @Max(1_000_000) int minClicks,
            @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000000") double priorClicks,
            @Min(250) @Max(1_000_000) int refitExamples) {
        /** How the map is fitted. */
        public enum CalibrationMode {
            /** Buckets of equally many predictions, each exchange on its own, shrunk. */
            EQUAL_COUNT,
            /** As printed: buckets of equal width, left edges, one map for the arm. */
            PAPER,
            /** Predictions are taken as they are. */
            NONE
        }
    }

    /**
     * When a version goes out.
     *
     * @param minExamples new examples that it needs
     * @param minInterval least time since the version before
     * @param margin      how much higher than that version's its log loss may be, as a share
     * @param window      examples that figures are measured on
     * @param pcocLow     least PCOC that it may have, unless the version before is further off
     * @param pcocHigh    highest PCOC that it may have, unless the version before is further off
     * @param pcocClicks  clicks from which on PCOC is looked at
     * @param fullEvery   deltas after which the whole model goes out again; 0 never sends deltas
     */
    public record PublishConfig(@Min(1) long minExamples, @DurationMin Duration minInterval,
            @DecimalMin("0") @DecimalMax("10") double margin, @Min(100) @Max(400_000) int window,
            @DecimalMin("0") @DecimalMax("1") double pcocLow, @DecimalMin("1") @DecimalMax("1000") double pcocHigh,
            @Min(1) long pcocClicks, @Min(0) @Max(1_000) int fullEvery) {}

    /**
     * How often the state is saved.
     *
     * @param examples examples between two checkpoints at most
     */
    public record CheckpointConfig(@Min(1) long examples) {}

    /**
     * The trainer's HTTP port.
     *
     * @param host  address to listen on
     * @param port  port; 0 takes a free one
     * @param token bearer token that {@code /metrics} asks for; empty asks for none
     */
    public record AdminConfig(@NotBlank String host, @Min(0) @Max(65535) int port, @Secret String token) {}
}
