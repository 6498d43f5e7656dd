package io.sextant.uncertainty;

import io.sextant.uncertainty.age.AgeConfig;

/** Settings of adversarial-gradient exploration as the paper has them, ablations left out. */
public final class AgeConfigs {
    private AgeConfigs() {}

    /** Draws by masks, or the linearised spread; f a probability; the learned gate, or none. */
    public static AgeConfig age(AgeConfig.Mode mode, AgeConfig.Direction direction, int steps, int passes,
            boolean linearised, double lambda, boolean gate, int candidatesMax) {
        return AgeConfig.of(mode).with(direction, steps).withPasses(passes)
                .with(linearised ? AgeConfig.Delta.LINEARISED : AgeConfig.Delta.MASKS).withLambda(lambda)
                .withThreshold(gate ? AgeConfig.LEARNED_THRESHOLD : 0).withCandidatesMax(candidatesMax);
    }
}
