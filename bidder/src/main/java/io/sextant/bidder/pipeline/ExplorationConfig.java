package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.model.ctr.CtrModel;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.estimator.Limits;
import io.sextant.uncertainty.estimator.OwnMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How uncertainty is measured and ads are explored; key {@code exploration}. Estimator, passes and scale hold until an
 * arm's first snapshot tells the fleet's.
 *
 * @param estimator     how a request's uncertainty is measured: monte-carlo (default), linearised or
 *                      row-information
 * @param passes        passes of monte-carlo, 2 to 1000 (default 20)
 * @param scale         what the deviation is of: probability (default) or logit
 * @param arms          arms that measure in another way than the rest, by name (default none)
 * @param measuredShare share of impressions, 0 to 1, that arms which do not act on uncertainty measure it on, for the
 *                      metric (default 0.02)
 * @param age           adversarial-gradient exploration of ads, for the arms that do it
 */
public record ExplorationConfig(UncertaintyMeasure.@NotNull Estimator estimator,
        @Min(Limits.PASSES_MIN) @Max(Limits.PASSES_MAX) int passes,
        @NotNull UncertaintyScale scale, @NotNull Map<String, @NotNull OwnMeasure> arms,
        @DecimalMin("0") @DecimalMax("1") double measuredShare,
        @NotNull @Valid Age age) {
    public ExplorationConfig {
        arms = Map.copyOf(arms);
    }

    /**
     * What an arm's rules ask of its model.
     *
     * @param setting the setting that asks
     * @param ability what the model must be able to do
     * @param what    the same in words
     * @param remedy  what else could be set, or done to the model
     */
    public record Requirement(String setting, CtrModel.Ability ability, String what, String remedy) {}

    /** What {@code arm} asks of its model beyond plain predictions. */
    public List<Requirement> requirements(Arm arm) {
        List<Requirement> requirements = new ArrayList<>();
        if (!arm.hasModel()) {
            return requirements;
        }
        if (arm.pctr() != Arm.PctrRule.PLAIN) {
            requirements.add(new Requirement("pctr: " + (arm.pctr() == Arm.PctrRule.AGE_TS ? "age-ts" : "age-ucb"),
                    CtrModel.Ability.GRADIENTS, "gradients by the ad's embeddings", "set pctr: plain"));
        }
        if (arm.exploration().needsUncertainty()) {
            UncertaintyMeasure measure = measure(arm.name());
            CtrModel.Ability ability = measure.newEstimator().needs();
            String setting = "exploration: uncertainty with exploration.estimator: "
                    + measure.estimator().name().toLowerCase(Locale.ROOT).replace('_', '-');
            String others = "set the arm's exploration: none or random";
            requirements.add(switch (ability) {
                case MASKS -> new Requirement(setting, ability, "dropout masks",
                        "give its signature the input masks, float [n, units], or " + others);
                case GRADIENTS -> new Requirement(setting, ability, "derivatives by hidden units", others);
                case ROW_INFORMATION -> new Requirement(setting, ability, "the information in its rows", others);
                case PARAMETER_GRADIENTS -> new Requirement(setting, ability, "derivatives by its parameters", others);
                case MEMBERS -> new Requirement(setting, ability, "several nets", others);
            });
        }
        return requirements;
    }

    /** How an arm's uncertainty is measured until the fleet says how. */
    public UncertaintyMeasure measure(String arm) {
        var rest = new UncertaintyMeasure(estimator, passes, scale);
        OwnMeasure own = arms.get(arm);
        return own == null ? rest : own.over(rest);
    }

    /**
     * Adversarial-gradient exploration; key {@code exploration.age}.
     *
     * @param prices        whether the explored click probability also sets the price; if not it only chooses the creative
     *                      (default true)
     * @param direction     fgm: one gradient step; pgd: several (default pgd)
     * @param steps         gradient steps of pgd, 1 to 100 (default 3)
     * @param passes        masks an ad of the upper confidence bound, 2 to 1000 (default 20)
     * @param linearised    whether the upper confidence bound takes the linearised spread instead of masks (default false)
     * @param lambda        length of the step in units of the embedding; 0 takes the value that was calibrated with the
     *                      model (default 0)
     * @param gate          whether only ads that score at least what is expected of them anywhere are explored (default
     *                      true)
     * @param candidatesMax explores only this many candidates, those with the highest price by their plain score, 1 to
     *                      1000 (default 10)
     */
    public record Age(boolean prices, AgeConfig.@NotNull Direction direction,
            @Min(1) @Max(Limits.STEPS_MAX) int steps, @Min(Limits.PASSES_MIN) @Max(Limits.PASSES_MAX) int passes,
            boolean linearised, @DecimalMin("0") double lambda, boolean gate,
            @Min(1) @Max(io.sextant.bidder.pipeline.Limits.CANDIDATES_MAX) int candidatesMax) {

        AgeConfig in(AgeConfig.Mode mode) {
            return new AgeConfig(mode, direction, steps, passes, linearised,
                    lambda == 0 ? AgeConfig.LAMBDA_OF_ARTEFACT : lambda, gate, candidatesMax);
        }
    }
}
