package io.sextant.perf.learning;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How fast one arm learns, and what that is compared with; medians over the rounds of a run, examples or rows a second.
 *
 * @param threads       that each of them may use
 * @param batchSize     examples a step, the same for all
 * @param examples      the product: scored, compared with the published version, trained, calibrated
 * @param bareForward   the bare layers, a forward pass and a training step a batch
 * @param bareTraining  the bare layers, training steps only
 * @param plainGather   the same net with TensorFlow's own tables, scored and trained
 * @param cpuMicros     processor time of an example, all threads together, microseconds
 * @param shareOfBare   examples over {@code bareForward}, median of the rounds' ratios
 * @param speedupPlain  examples over {@code plainGather}, median of the rounds' ratios
 */
record ThroughputFigures(@JsonProperty("threads") int threads, @JsonProperty("batch_size") int batchSize,
        @JsonProperty("examples_per_second") double examples,
        @JsonProperty("bare_forward_and_training_per_second") double bareForward,
        @JsonProperty("bare_training_per_second") double bareTraining,
        @JsonProperty("plain_gather_per_second") double plainGather,
        @JsonProperty("cpu_micros_per_example") double cpuMicros, @JsonProperty("share_of_bare_mlp") double shareOfBare,
        @JsonProperty("speedup_vs_plain_gather") double speedupPlain) {
    /** Targets for two cores. */
    static final double EXAMPLES_MIN = 50_000;
    static final double SHARE_MIN = 0.7;

    /** Whether both targets are met. */
    boolean met() {
        return examples >= EXAMPLES_MIN && shareOfBare >= SHARE_MIN;
    }
}
