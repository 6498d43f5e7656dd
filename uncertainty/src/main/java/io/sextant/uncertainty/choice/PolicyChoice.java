package io.sextant.uncertainty.choice;

import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrModel.Ability;
import io.sextant.uncertainty.age.AgeAdjuster;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.policy.EnsemblePolicy;
import io.sextant.uncertainty.policy.EpsilonGreedyPolicy;
import io.sextant.uncertainty.policy.ExplorationPolicy;
import io.sextant.uncertainty.policy.GradientSpread;
import io.sextant.uncertainty.policy.GreedyPolicy;
import io.sextant.uncertainty.policy.ProcessSpread;
import io.sextant.uncertainty.policy.Rule;
import io.sextant.uncertainty.policy.ScoreSpread;
import io.sextant.uncertainty.policy.SpreadPolicy;
import java.util.EnumSet;
import java.util.Set;

/**
 * A policy by name, with its settings. Immutable and thread-safe.
 *
 * @param kind          which policy
 * @param age           settings of the AGE policies; the mode is the kind's, whatever this says
 * @param epsilon       share of decisions that {@link Kind#EPSILON_GREEDY} ranks by chance, 0 to 1
 * @param width         deviations that the policies by a score's deviation raise it by, or draw it with, 0 or more
 * @param scale         what these raise: the click probability, or its logit
 * @param candidatesMax candidates that these explore, those worth most, 1 or more; AGE has its own bound
 */
public record PolicyChoice(Kind kind, AgeConfig age, double epsilon, double width, UncertaintyScale scale,
        int candidatesMax) {
    /** The policies. */
    public enum Kind {
        /** By the plain score. */
        GREEDY,
        /** By chance. */
        RANDOM,
        /** By the plain score, a share by chance. */
        EPSILON_GREEDY,
        /** By one net of several. */
        ENSEMBLE_TS,
        /** By several nets' mean and deviation. */
        ENSEMBLE_UCB,
        /** By a draw of a Gaussian process on the last hidden layer. */
        GP_TS,
        /** By the bound of a Gaussian process on the last hidden layer. */
        GP_UCB,
        /** By a draw as wide as the norm of the gradient. */
        GRADIENT_TS,
        /** By a bound as wide as the norm of the gradient. */
        GRADIENT_UCB,
        /** The same draw, refined against underestimation. */
        UR_GRADIENT_TS,
        /** The same bound, refined against underestimation. */
        UR_GRADIENT_UCB,
        /** By one more lesson, as large as a draw. */
        AGE_TS,
        /** By one more lesson, as large as a bound. */
        AGE_UCB;

        /** Whether it is adversarial-gradient exploration. */
        public boolean isAge() {
            return this == AGE_TS || this == AGE_UCB;
        }

        private Rule rule() {
            return switch (this) {
                case ENSEMBLE_UCB, GP_UCB, GRADIENT_UCB, UR_GRADIENT_UCB, AGE_UCB -> Rule.UCB;
                default -> Rule.TS;
            };
        }

        private boolean refined() {
            return this == UR_GRADIENT_TS || this == UR_GRADIENT_UCB;
        }
    }

    /** Gives AGE its mode. */
    public PolicyChoice {
        age = age.with(kind == Kind.AGE_UCB ? AgeConfig.Mode.UCB : AgeConfig.Mode.TS);
    }

    /** A policy with the papers' settings: a tenth by chance, one deviation of the click probability, all candidates. */
    public static PolicyChoice of(Kind kind) {
        return new PolicyChoice(kind, AgeConfig.of(AgeConfig.Mode.TS), 0.1, 1, UncertaintyScale.PROBABILITY,
                AgeConfig.ALL_CANDIDATES);
    }

    /** What a model must be able to do. */
    public Set<Ability> needs() {
        return switch (kind) {
            case GREEDY, RANDOM, EPSILON_GREEDY -> EnumSet.noneOf(Ability.class);
            case ENSEMBLE_TS, ENSEMBLE_UCB -> EnumSet.of(Ability.MEMBERS);
            case GP_TS, GP_UCB -> EnumSet.of(Ability.GAUSSIAN_PROCESS);
            case GRADIENT_TS, GRADIENT_UCB -> EnumSet.of(Ability.PARAMETER_GRADIENTS);
            case UR_GRADIENT_TS, UR_GRADIENT_UCB ->
                EnumSet.of(Ability.PARAMETER_GRADIENTS, Ability.ROW_INFORMATION);
            case AGE_TS, AGE_UCB -> age.needs();
        };
    }

    /**
     * A policy for one event loop; allocates its buffers.
     *
     * @param model    one that can what this {@link #needs}, of the shape that the policy will be asked with
     * @param capacity largest number of candidates in a call
     * @throws IllegalArgumentException if the model cannot what is needed
     */
    public ExplorationPolicy newPolicy(CtrModel model, int capacity) {
        for (Ability ability : needs()) {
            if (!model.can(ability)) {
                throw new IllegalArgumentException(kind + " needs " + ability + ", which "
                        + model.getClass().getSimpleName() + " cannot");
            }
        }
        return switch (kind) {
            case GREEDY -> new GreedyPolicy();
            case RANDOM -> new EpsilonGreedyPolicy(1);
            case EPSILON_GREEDY -> new EpsilonGreedyPolicy(epsilon);
            case ENSEMBLE_TS, ENSEMBLE_UCB ->
                new EnsemblePolicy(kind.rule(), width, scale, model.members(), capacity, candidatesMax);
            case GP_TS, GP_UCB -> spread(new ProcessSpread(), capacity);
            case GRADIENT_TS, GRADIENT_UCB, UR_GRADIENT_TS, UR_GRADIENT_UCB ->
                spread(new GradientSpread(capacity), capacity);
            case AGE_TS, AGE_UCB -> new AgeAdjuster(age, model.description(), capacity);
        };
    }

    private SpreadPolicy spread(ScoreSpread spread, int capacity) {
        return new SpreadPolicy(spread, kind.rule(), kind.refined(), width, scale, capacity, candidatesMax);
    }
}
