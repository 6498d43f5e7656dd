package io.sextant.abtesting.live;

import io.sextant.configuration.KafkaConfig;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * Settings of the report on live traffic; reference {@code ab-report-reference.yaml}.
 *
 * @param kafka       how to reach Kafka
 * @param experiment  the arms
 * @param attribution which notices count
 * @param analysis    intervals and tests
 */
public record AbReportConfig(@NotNull @Valid KafkaConfig kafka, @NotNull @Valid ArmsConfig experiment,
        @NotNull @Valid AttributionConfig attribution, @NotNull @Valid AnalysisConfig analysis) {

    /**
     * The experiment; key {@code experiment}.
     *
     * @param control name of the arm that the others are held against
     * @param neutral name of the arm that is not held against control; empty for none
     * @param arms    the arms, in the order of the report
     */
    public record ArmsConfig(@NotBlank String control, @NotNull String neutral,
            @NotNull @Size(min = 2, message = "must have at least 2 arms") List<@Valid ArmConfig> arms) {
        /** Checks that control and neutral are arms, and that names are unique. */
        public ArmsConfig {
            arms = List.copyOf(arms);
            List<String> names = arms.stream().map(ArmConfig::name).toList();
            if (names.stream().distinct().count() != names.size()) {
                throw new IllegalArgumentException("experiment.arms: names must be unique: " + names);
            }
            if (!names.contains(control)) {
                throw new IllegalArgumentException(
                        "experiment.control is \"" + control + "\", must be one of experiment.arms: " + names);
            }
            if (!neutral.isEmpty() && (!names.contains(neutral) || neutral.equals(control))) {
                throw new IllegalArgumentException("experiment.neutral is \"" + neutral
                        + "\", must be empty or one of experiment.arms that is not control: " + names);
            }
        }

        /** Part of the traffic of each arm, in order; they sum to 1. */
        double[] shares() {
            double sum = arms.stream().mapToDouble(ArmConfig::weight).sum();
            return arms.stream().mapToDouble(arm -> arm.weight() / sum).toArray();
        }
    }

    /**
     * One arm.
     *
     * @param name   as in the bidder's settings
     * @param weight its part of the traffic, in proportion to the other arms' weights
     */
    public record ArmConfig(@NotBlank String name, @Positive double weight) {}

    /**
     * Which notices count; key {@code attribution}.
     *
     * @param lateWindow how long after its impression a click counts
     * @param retention  how long after the bid its notices count
     */
    public record AttributionConfig(@NotNull @DurationMin(millis = 1) Duration lateWindow,
            @NotNull @DurationMin(millis = 1) Duration retention) {}

    /**
     * Intervals and tests; key {@code analysis}.
     *
     * @param level          confidence
     * @param expectedEffect relative difference that the always-valid test is to find soonest
     * @param bootstrapDraws 0 for none
     * @param seed           of the bootstrap
     */
    public record AnalysisConfig(
            @DecimalMin(value = "0", inclusive = false) @DecimalMax(value = "1", inclusive = false) double level,
            @Positive double expectedEffect, @Min(0) @Max(100_000) int bootstrapDraws, long seed) {
        private static final int DRAWS_MIN = 100;

        /** Checks that there are enough draws for percentiles. */
        public AnalysisConfig {
            if (bootstrapDraws > 0 && bootstrapDraws < DRAWS_MIN) {
                throw new IllegalArgumentException("analysis.bootstrap-draws is " + bootstrapDraws
                        + ", must be 0 or at least " + DRAWS_MIN);
            }
        }
    }
}
