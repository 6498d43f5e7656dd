package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The experiment; key {@code experiment}.
 *
 * @param salt changes who is in which arm; a new experiment takes a new salt (default "1")
 * @param arms the arms (default control, random and uncertainty)
 */
public record ExperimentConfig(@NotBlank String salt, @NotEmpty List<@Valid ArmConfig> arms) {
    private static final double MICROS = 1_000_000;

    public ExperimentConfig {
        arms = List.copyOf(arms);
    }

    /**
     * One arm.
     *
     * @param name        unique name, also of its model and the key of its messages
     * @param weight      its part of the traffic, in proportion to the other arms' weights; above 0
     * @param pctr        plain, neutral, or the name of a policy, such as age-ts: how the click probability is chosen
     * @param exploration none, random, uncertainty, uncertainty-rank, uniform or pctr-placebo: how the bid modifier is
     *                    chosen
     * @param savedModel  directory of a TensorFlow SavedModel that the arm bids with in place of a trained model; null
     *                    for none (default none)
     * @param bidCpm      what a neutral arm bids, USD per 1000 impressions, above 0; null in the others (default none)
     */
    public record ArmConfig(@NotBlank String name, @Positive double weight, @NotNull Arm.PctrRule pctr,
            @NotNull Arm.ExplorationRule exploration, @Nullable String savedModel, @Nullable @Positive Double bidCpm) {
        /** Checks that an arm with predictions has no bid of its own, and one without has nothing else. */
        public ArmConfig {
            if (pctr == Arm.PctrRule.ENSEMBLE_TS || pctr == Arm.PctrRule.ENSEMBLE_UCB) {
                throw new IllegalArgumentException(
                        "arm " + name + ": pctr ensemble-ts and ensemble-ucb take several nets, "
                                + "and an arm's model is one; take another pctr, or compare them with sextant age-lab");
            }
            if (pctr == Arm.PctrRule.NEUTRAL) {
                if (bidCpm == null || exploration != Arm.ExplorationRule.NONE || savedModel != null) {
                    throw new IllegalArgumentException("arm " + name
                            + " is neutral: give it bid-cpm and exploration: none, and no saved-model");
                }
            } else if (bidCpm != null) {
                throw new IllegalArgumentException(
                        "arm " + name + " has bid-cpm, which only an arm with pctr: neutral bids; leave it out");
            }
        }

        private Arm in(double weights) {
            return new Arm(name, weight / weights, pctr, exploration, bidCpm == null ? 0 : Math.round(bidCpm * MICROS));
        }
    }

    /** The arms by number, with shares that sum to 1. */
    public List<Arm> allocation() {
        double sum = arms.stream().mapToDouble(ArmConfig::weight).sum();
        return arms.stream().map(arm -> arm.in(sum)).toList();
    }

    /** Directories of the SavedModels by name of their arm. */
    public Map<String, Path> savedModels() {
        Map<String, Path> directories = new HashMap<>();
        for (ArmConfig arm : arms) {
            if (arm.savedModel != null) {
                directories.put(arm.name, Path.of(arm.savedModel));
            }
        }
        return directories;
    }
}
