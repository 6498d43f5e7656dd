package io.sextant.bidder.pipeline;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.model.ctr.CtrModel;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.choice.PolicyChoice;
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
import org.jspecify.annotations.Nullable;

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
 * @param scores        other exploration of ads, for the arms that do it
 */
public record ExplorationConfig(UncertaintyMeasure.@NotNull Estimator estimator,
        @Min(Limits.PASSES_MIN) @Max(Limits.PASSES_MAX) int passes,
        @NotNull UncertaintyScale scale, @NotNull Map<String, @NotNull OwnMeasure> arms,
        @DecimalMin("0") @DecimalMax("1") double measuredShare,
        @NotNull @Valid Age age, @NotNull @Valid Scores scores) {
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
        PolicyChoice policy = policy(arm.pctr());
        if (policy != null) {
            String setting = "pctr: " + name(arm.pctr());
            for (CtrModel.Ability ability : policy.needs()) {
                requirements.add(new Requirement(setting, ability, what(ability), "set pctr: plain"));
            }
        }
        if (arm.exploration().needsUncertainty()) {
            UncertaintyMeasure measure = measure(arm.name());
            CtrModel.Ability ability = measure.newEstimator().needs();
            String setting = "exploration: uncertainty with exploration.estimator: " + name(measure.estimator());
            String others = "set the arm's exploration: none or random";
            requirements.add(new Requirement(setting, ability, what(ability), ability == CtrModel.Ability.MASKS
                    ? "give its signature the input masks, float [n, units], or " + others
                    : others));
        }
        return requirements;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String what(CtrModel.Ability ability) {
        return switch (ability) {
            case MASKS -> "dropout masks";
            case GRADIENTS -> "derivatives by hidden units and by the ad's embeddings";
            case ROW_INFORMATION -> "the information in its rows";
            case PARAMETER_GRADIENTS -> "derivatives by its parameters";
            case MEMBERS -> "several nets";
            case GAUSSIAN_PROCESS, LAST_HIDDEN -> "a Gaussian process on its last hidden layer";
        };
    }

    /** The policy that candidates are ranked by; null where they are ranked by plain predictions, or by none. */
    public @Nullable PolicyChoice policy(Arm.PctrRule rule) {
        if (rule == Arm.PctrRule.PLAIN || rule == Arm.PctrRule.NEUTRAL) {
            return null;
        }
        PolicyChoice.Kind kind = PolicyChoice.Kind.valueOf(rule.name());
        return new PolicyChoice(kind, age.settings(), scores.epsilon, scores.width, scores.scale,
                age.candidatesMax);
    }

    /** How an arm's uncertainty is measured until the fleet says how. */
    public UncertaintyMeasure measure(String arm) {
        var rest = new UncertaintyMeasure(estimator, passes, scale);
        OwnMeasure own = arms.get(arm);
        return own == null ? rest : own.over(rest);
    }

    /**
     * The policies that go by a score's deviation, or by chance; key {@code exploration.scores}. They explore as many
     * candidates as adversarial-gradient exploration does.
     *
     * @param epsilon share of decisions that epsilon-greedy ranks by chance, 0 to 1 (default 0.1)
     * @param width   deviations that a score is raised by, or drawn with, 0 or more (default 1)
     * @param scale   what is raised: probability (default) or logit
     */
    public record Scores(@DecimalMin("0") @DecimalMax("1") double epsilon, @DecimalMin("0") double width,
            @NotNull UncertaintyScale scale) {}

    /**
     * Adversarial-gradient exploration; key {@code exploration.age}.
     *
     * @param prices        whether the explored click probability also sets the price, with every policy; if not it only
     *                      chooses the creative (default true)
     * @param direction     fgm: one gradient step; pgd: several (default); even: the same in every coordinate; score: none,
     *                      the score itself is raised
     * @param steps         gradient steps of pgd, 1 to 100 (default 3)
     * @param delta         where an ad's uncertainty comes from: masks (default), linearised, row-information, or pooled: the
     *                      same for all ads of an impression
     * @param scale         what the uncertainty is of: probability (default) or logit
     * @param optimistic    whether draws below 0 count as 0 (default false)
     * @param passes        masks an ad of the upper confidence bound, 2 to 1000 (default 20)
     * @param lambda        length of the step in units of the embedding; 0 takes the value that was calibrated with the
     *                      model (default 0)
     * @param gate          whether only ads that score at least what is expected of them anywhere are explored (default
     *                      true)
     * @param threshold     click probability that takes the place of what is expected, 0 to 1; 0 for none (default 0)
     * @param candidatesMax explores only this many candidates, those with the highest price by their plain score, 1 to
     *                      1000 (default 10)
     */
    public record Age(boolean prices, AgeConfig.@NotNull Direction direction, @Min(1) @Max(Limits.STEPS_MAX) int steps,
            AgeConfig.@NotNull Delta delta, @NotNull UncertaintyScale scale, boolean optimistic,
            @Min(Limits.PASSES_MIN) @Max(Limits.PASSES_MAX) int passes, @DecimalMin("0") double lambda, boolean gate,
            @DecimalMin("0") @DecimalMax("1") double threshold,
            @Min(1) @Max(io.sextant.bidder.pipeline.Limits.CANDIDATES_MAX) int candidatesMax) {

        AgeConfig settings() {
            return new AgeConfig(AgeConfig.Mode.TS, delta, scale, optimistic, direction, steps, passes,
                    lambda == 0 ? AgeConfig.LAMBDA_OF_ARTEFACT : lambda,
                    gate ? threshold == 0 ? AgeConfig.LEARNED_THRESHOLD : threshold : 0, candidatesMax);
        }
    }
}
