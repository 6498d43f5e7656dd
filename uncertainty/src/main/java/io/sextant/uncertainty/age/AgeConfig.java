package io.sextant.uncertainty.age;

import io.sextant.model.ctr.CtrModel;
import io.sextant.uncertainty.estimator.Limits;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.EnumSet;
import java.util.Set;

/**
 * How adversarial-gradient exploration is done (Adversarial Gradient Driven Exploration, algorithm 1), its ablations
 * included.
 *
 * @param mode          what is made of the uncertainty: a draw or a bound
 * @param delta         where the uncertainty δ comes from
 * @param scale         what f is: the click probability, as in the paper, or its logit; δ and g are f's
 * @param optimistic    whether a draw below 0 counts as 0, so that no ad is moved down
 * @param direction     where g comes from
 * @param steps         gradient steps of PGD, T of eq. 11, 1 to {@link Limits#STEPS_MAX}; the others do not look at it
 * @param passes        masks an ad of UCB, N of eq. 8, {@link Limits#PASSES_MIN} to {@link Limits#PASSES_MAX}; Thompson
 *                      draws one, whatever this says
 * @param lambda        λ of eq. 14 in units of the embedding per unit of δ, 0 or more; {@link #LAMBDA_OF_ARTEFACT} takes the
 *                      value that was calibrated for the model
 * @param threshold     explores only ads whose click probability is at least this, 0 to 1; 0 explores all, and
 *                      {@link #LEARNED_THRESHOLD} asks the gate what is expected of the ad (eq. 13)
 * @param candidatesMax explores only this many candidates, those with the highest price by their plain score, 1 or more;
 *                      {@link #ALL_CANDIDATES} explores all
 */
public record AgeConfig(Mode mode, Delta delta, UncertaintyScale scale, boolean optimistic, Direction direction,
        int steps, int passes, double lambda, double threshold, int candidatesMax) {
    /** For {@code lambda}: the value calibrated for the model, {@code ModelDescription.ageLambda()}. */
    public static final double LAMBDA_OF_ARTEFACT = Double.NaN;
    /** For {@code threshold}: what the gate expects of the ad. */
    public static final double LEARNED_THRESHOLD = Double.NaN;
    /** For {@code candidatesMax}: no bound. */
    public static final int ALL_CANDIDATES = Integer.MAX_VALUE;

    /** What is made of an ad's uncertainty. */
    public enum Mode {
        /** Thompson sampling: one draw, with its sign (eq. 9). */
        TS,
        /** Upper confidence bound: the spread (eq. 8). */
        UCB
    }

    /** Where the uncertainty δ of an ad comes from. */
    public enum Delta {
        /** Dropout masks: the difference that one makes, or the spread of many (eq. 8 and 9). */
        MASKS,
        /** The spread of masks to first order, without masks; Thompson takes a normal draw of that spread. */
        LINEARISED,
        /** What training has not yet seen of the ad's rows; Thompson takes a normal draw of that spread. */
        ROW_INFORMATION,
        /**
         * The ablation without δ: the root mean square of the impression's δ by masks, the same for all its ads; Thompson takes a
         * normal draw of that spread. It is as large as δ, and knows nothing of the ad.
         */
        POOLED
    }

    /** Where the direction g comes from. */
    public enum Direction {
        /** Fast gradient method: the gradient's direction (eq. 10). */
        FGM,
        /** Projected gradient descent: several steps, back on the unit sphere after each (eq. 11). */
        PGD,
        /** The ablation without g on the embedding: λδ/√d in each of its d coordinates. */
        EVEN,
        /** The ablation without g on the score: f + λδ, λ in units of f per unit of δ. */
        SCORE
    }

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public AgeConfig {
        require(steps >= 1 && steps <= Limits.STEPS_MAX, "steps", steps, "1 to " + Limits.STEPS_MAX);
        require(passes >= Limits.PASSES_MIN && passes <= Limits.PASSES_MAX, "passes", passes,
                Limits.PASSES_MIN + " to " + Limits.PASSES_MAX);
        require(Double.isNaN(lambda) || (lambda >= 0 && Double.isFinite(lambda)), "lambda", lambda,
                "a number of at least 0");
        require(Double.isNaN(threshold) || (threshold >= 0 && threshold <= 1), "threshold", threshold, "0 to 1");
        require(candidatesMax >= 1, "candidatesMax", candidatesMax, "at least 1");
    }

    /**
     * The paper's setting on the model's own λ: PGD, 20 masks, the learned gate, all candidates. The paper does not say how
     * many steps PGD takes; here three.
     */
    public static AgeConfig of(Mode mode) {
        return new AgeConfig(mode, Delta.MASKS, UncertaintyScale.PROBABILITY, false, Direction.PGD, 3, 20,
                LAMBDA_OF_ARTEFACT, LEARNED_THRESHOLD, ALL_CANDIDATES);
    }

    /** The same in another mode. */
    public AgeConfig with(Mode other) {
        return new AgeConfig(other, delta, scale, optimistic, direction, steps, passes, lambda, threshold,
                candidatesMax);
    }

    /** The same with another source of δ. */
    public AgeConfig with(Delta other) {
        return new AgeConfig(mode, other, scale, optimistic, direction, steps, passes, lambda, threshold,
                candidatesMax);
    }

    /** The same with f on another scale. */
    public AgeConfig with(UncertaintyScale other) {
        return new AgeConfig(mode, delta, other, optimistic, direction, steps, passes, lambda, threshold,
                candidatesMax);
    }

    /** The same with another direction, and as many steps of it. */
    public AgeConfig with(Direction other, int otherSteps) {
        return new AgeConfig(mode, delta, scale, optimistic, other, otherSteps, passes, lambda, threshold,
                candidatesMax);
    }

    /** The same with draws below 0 counted as 0, or not. */
    public AgeConfig withOptimism(boolean other) {
        return new AgeConfig(mode, delta, scale, other, direction, steps, passes, lambda, threshold, candidatesMax);
    }

    /** The same with as many masks. */
    public AgeConfig withPasses(int other) {
        return new AgeConfig(mode, delta, scale, optimistic, direction, steps, other, lambda, threshold,
                candidatesMax);
    }

    /** The same with another λ. */
    public AgeConfig withLambda(double other) {
        return new AgeConfig(mode, delta, scale, optimistic, direction, steps, passes, other, threshold,
                candidatesMax);
    }

    /** The same with another threshold. */
    public AgeConfig withThreshold(double other) {
        return new AgeConfig(mode, delta, scale, optimistic, direction, steps, passes, lambda, other, candidatesMax);
    }

    /** The same with another bound on candidates. */
    public AgeConfig withCandidatesMax(int other) {
        return new AgeConfig(mode, delta, scale, optimistic, direction, steps, passes, lambda, threshold, other);
    }

    /** What a model must be able to do. */
    public Set<CtrModel.Ability> needs() {
        Set<CtrModel.Ability> needs = EnumSet.noneOf(CtrModel.Ability.class);
        needs.add(switch (delta) {
            case MASKS, POOLED -> CtrModel.Ability.MASKS;
            case LINEARISED -> CtrModel.Ability.GRADIENTS;
            case ROW_INFORMATION -> CtrModel.Ability.ROW_INFORMATION;
        });
        if (direction != Direction.SCORE || Double.isNaN(threshold)) {
            needs.add(CtrModel.Ability.GRADIENTS);
        }
        return needs;
    }

    double lambdaFor(double calibrated) {
        return Double.isNaN(lambda) ? calibrated : lambda;
    }

    boolean learnedThreshold() {
        return Double.isNaN(threshold);
    }

    int masksPerRow() {
        return mode == Mode.TS ? 1 : passes;
    }

    int gradientSteps() {
        return direction == Direction.FGM ? 1 : steps;
    }

    private static void require(boolean holds, String name, Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException("age " + name + " is " + value + ", must be " + range);
        }
    }
}
