package io.sextant.perf.estimators;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Errors as far as clicks of impressions that were not learned from tell them. One impression's |click - p| says nothing of
 * an error, since it is large wherever p is far from 0 and 1; so requests are put into bins by uncertainty, and a bin's error
 * is judged.
 */
/*
 * Two impressions with the same value (a site) share its error ε: E[(y₁ - p₁)(y₂ - p₂)] = v₁ v₂ ε² to first order, v = p (1 - p).
 * So Σ over pairs of products of residuals, divided by Σ over pairs of v₁ v₂, estimates the mean squared logit error of a bin,
 * and neither noise of single clicks nor the level of p comes into it. The second figure is the residual deviance over what
 * it would be if every prediction were right.
 */
final class HeldOutErrors implements ErrorEvidence {
    private static final int BINS = 20;
    /** Within a stratum of predictions there are fewer impressions to tell bins by. */
    private static final int BINS_WITHIN = 5;

    private final double[] predictions;
    private final boolean[] clicks;
    private final int[] values;

    /**
     * Takes what was shown.
     *
     * @param predictions [n] click probabilities of the ads that were shown; their level is set right here
     * @param values      [n] which impressions share an error
     */
    HeldOutErrors(double[] predictions, boolean[] clicks, int[] values) {
        double predicted = IntStream.range(0, clicks.length).mapToDouble(i -> predictions[i]).sum();
        double clicked = IntStream.range(0, clicks.length).filter(i -> clicks[i]).count();
        this.predictions = new double[clicks.length];
        for (int i = 0; i < clicks.length; i++) {
            // The odds, not the probability: it stays below 1.
            double odds = predictions[i] / (1 - predictions[i]) * (clicked / predicted);
            this.predictions[i] = odds / (1 + odds);
        }
        this.clicks = clicks;
        this.values = values;
    }

    @Override
    public String label() {
        return "squared held-out error";
    }

    @Override
    public String otherLabel() {
        return "residual deviance";
    }

    @Override
    public double overall(double[] uncertainty) {
        return binned(uncertainty, IntStream.range(0, clicks.length).toArray(), BINS, this::squaredError);
    }

    @Override
    public double fixed(double[] uncertainty, int[] strata) {
        double sum = 0;
        double weight = 0;
        for (int stratum = 0; stratum <= IntStream.of(strata).max().orElse(-1); stratum++) {
            int[] in = Ranks.members(strata, stratum);
            double own = binned(uncertainty, in, BINS_WITHIN, this::squaredError);
            if (!Double.isNaN(own)) {
                sum += in.length * own;
                weight += in.length;
            }
        }
        return sum / weight;
    }

    @Override
    public double other(double[] uncertainty) {
        return binned(uncertainty, IntStream.range(0, clicks.length).toArray(), BINS, this::devianceRatio);
    }

    /** What is judged of the impressions at some places. */
    @FunctionalInterface
    private interface Judge {
        double of(int[] places);
    }

    private static double binned(double[] uncertainty, int[] places, int bins, Judge judge) {
        int[] strata = Ranks.strata(Ranks.pick(uncertainty, places), bins);
        double[] means = new double[bins];
        double[] judged = new double[bins];
        for (int bin = 0; bin < bins; bin++) {
            int[] in = IntStream.of(Ranks.members(strata, bin)).map(i -> places[i]).toArray();
            means[bin] = IntStream.of(in).mapToDouble(i -> uncertainty[i]).average().orElse(Double.NaN);
            judged[bin] = judge.of(in);
        }
        int[] told = IntStream.range(0, bins).filter(bin -> Double.isFinite(judged[bin]) && Double.isFinite(means[bin]))
                .toArray();
        return Ranks.spearman(Ranks.pick(means, told), Ranks.pick(judged, told));
    }

    /** Mean squared logit error of pairs with the same value; NaN where there is no pair. */
    double squaredError(int[] places) {
        Map<Integer, double[]> sums = new HashMap<>();
        for (int i : places) {
            double residual = (clicks[i] ? 1 : 0) - predictions[i];
            double variance = predictions[i] * (1 - predictions[i]);
            double[] own = sums.computeIfAbsent(values[i], _ -> new double[4]);
            own[0] += residual;
            own[1] += residual * residual;
            own[2] += variance;
            own[3] += variance * variance;
        }
        double products = 0;
        double scale = 0;
        for (double[] own : sums.values()) {
            products += own[0] * own[0] - own[1];
            scale += own[2] * own[2] - own[3];
        }
        return scale > 0 ? products / scale : Double.NaN;
    }

    /** Deviance over what it is expected to be if the predictions are right; 1 or more but for noise. */
    double devianceRatio(int[] places) {
        double deviance = 0;
        double expected = 0;
        for (int i : places) {
            double p = predictions[i];
            deviance -= Math.log(clicks[i] ? p : 1 - p);
            expected -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
        }
        return deviance / expected;
    }
}
