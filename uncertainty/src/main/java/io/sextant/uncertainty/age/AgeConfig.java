package io.sextant.uncertainty.age;

import io.sextant.uncertainty.estimator.Limits;

/**
 * How adversarial-gradient exploration is done (Adversarial Gradient Driven Exploration, algorithm 1).
 *
 * @param mode          where δ comes from
 * @param direction     where g comes from
 * @param steps         gradient steps of PGD, T of eq. 11, 1 to {@link Limits#STEPS_MAX}; FGM takes one, whatever this
 *                      says
 * @param passes        masks an ad of UCB, N of eq. 8, {@link Limits#PASSES_MIN} to {@link Limits#PASSES_MAX}; Thompson
 *                      draws one, whatever this says
 * @param linearised    whether δ of UCB is the linearised spread instead of that of masks; Thompson has no such thing
 * @param lambda        λ of eq. 14 in units of the embedding, 0 or more; {@link #LAMBDA_OF_ARTEFACT} takes the value that
 *                      was calibrated for the model
 * @param gate          whether only ads that score at least what the gate expects of them are explored (eq. 13)
 * @param candidatesMax explores only this many candidates, those with the highest price by their plain score, 1 or more;
 *                      {@link #ALL_CANDIDATES} explores all
 */
public record AgeConfig(Mode mode, Direction direction, int steps, int passes, boolean linearised,
        double lambda, boolean gate,
        int candidatesMax) {
    /** For {@code lambda}: the value calibrated for the model, {@code ModelDescription.ageLambda()}. */
    public static final double LAMBDA_OF_ARTEFACT = Double.NaN;
    /** For {@code candidatesMax}: no bound. */
    public static final int ALL_CANDIDATES = Integer.MAX_VALUE;

    /** Where the uncertainty δ of an ad comes from. */
    public enum Mode {
        /** Thompson sampling: one draw, with its sign (eq. 9). */
        TS,
        /** Upper confidence bound: the spread of many draws (eq. 8). */
        UCB
    }

    /** Where the direction g comes from. */
    public enum Direction {
        /** Fast gradient method: the gradient's direction (eq. 10). */
        FGM,
        /** Projected gradient descent: several steps, back on the unit sphere after each (eq. 11). */
        PGD
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
        require(candidatesMax >= 1, "candidatesMax", candidatesMax, "at least 1");
    }

    /**
     * The paper's setting on the model's own λ: PGD, 20 masks, the gate on, all candidates. The paper does not say how many
     * steps PGD takes; here three.
     */
    public static AgeConfig of(Mode mode) {
        return new AgeConfig(mode, Direction.PGD, 3, 20, false, LAMBDA_OF_ARTEFACT, true, ALL_CANDIDATES);
    }

    double lambdaFor(double calibrated) {
        return Double.isNaN(lambda) ? calibrated : lambda;
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
