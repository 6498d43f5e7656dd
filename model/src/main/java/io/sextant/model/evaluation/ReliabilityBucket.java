package io.sextant.model.evaluation;

/**
 * Predictions of about the same height and what became of them; honest ones have {@code observed} near {@code predicted}.
 *
 * @param predicted mean prediction
 * @param observed  weighted share of clicks
 * @param weight    sum of the examples' weights
 */
public record ReliabilityBucket(double predicted, double observed, double weight) {}
