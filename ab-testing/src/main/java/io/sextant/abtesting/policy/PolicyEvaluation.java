package io.sextant.abtesting.policy;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.Estimate;
import io.sextant.abtesting.statistics.RatioMetric;
import io.sextant.abtesting.statistics.UnitMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Estimates a target policy's value from logged decisions. Immutable and thread-safe; holds a float for each decision and
 * action while it works.
 *
 * @param clip  weights above it are cut to it; infinite for none
 * @param folds of the reward model, 2 or more
 * @param draws of the bootstrap, 100 or more
 * @param level confidence of the intervals, above 0 and below 1
 * @param seed  the same seed gives the same figures
 */
public record PolicyEvaluation(double clip, int folds, int draws, double level, long seed) {
    private static final int FOLDS_MIN = 2;
    private static final int DRAWS_MIN = 100;
    private static final Estimator[] ESTIMATORS = Estimator.values();

    /** Checks the ranges. */
    public PolicyEvaluation {
        require(clip > 0, "clip is " + clip + ", must be above 0");
        require(folds >= FOLDS_MIN, "folds is " + folds + ", must be at least " + FOLDS_MIN);
        require(draws >= DRAWS_MIN, "draws is " + draws + ", must be at least " + DRAWS_MIN);
        require(level > 0 && level < 1, "level is " + level + ", must be above 0 and below 1");
    }

    private static void require(boolean met, String problem) {
        if (!met) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** What one decision adds to each estimator's two sums. */
    private static final class Contributions {
        private final double[] above = new double[ESTIMATORS.length];
        private final double[] below = new double[ESTIMATORS.length];
    }

    /** A target policy looked up where the decisions were made. */
    @SuppressWarnings("ArrayRecordComponent") // columns, read once
    private record Weights(double[] raw, double[] clipped, double[] targetPrediction, double largest) {}

    /**
     * What the log says of the target.
     *
     * @throws IllegalArgumentException if the log never did anything that the target would do
     */
    public PolicyValue of(LoggedDecisions decisions, TargetPolicy target) {
        RewardModel model = RewardModel.of(decisions, folds, seed);
        double[] chance = new SplittableRandom(seed).split().doubles(decisions.size()).toArray();
        Weights weights = weights(decisions, target, model);
        require(weights.largest > 0, "the log never did what the target would do (" + target.name()
                + "), and cannot tell what that earns; log a policy that leaves it a chance");
        Estimate[] estimates = estimates(decisions, weights, model, chance);
        double[][] drawn = bootstrap(decisions, target, weights, model, chance);
        List<PolicyEstimate> answers = new ArrayList<>();
        for (int at = 0; at < ESTIMATORS.length; at++) {
            answers.add(new PolicyEstimate(ESTIMATORS[at], estimates[at].value(), estimates[at].interval(level),
                    percentiles(drawn[at])));
        }
        return new PolicyValue(target.name(), answers, support(decisions, target, weights, chance));
    }

    private Weights weights(LoggedDecisions decisions, TargetPolicy target, RewardModel model) {
        int n = decisions.size();
        int actions = decisions.actionNames().size();
        var raw = new double[n];
        var clipped = new double[n];
        var prediction = new double[n];
        double largest = 0;
        for (int row = 0; row < n; row++) {
            for (int action = 0; action < actions; action++) {
                double probability = target.probability(row, action);
                prediction[row] += probability == 0 ? 0 : probability * model.predicted(row, action);
                if (action == decisions.action(row)) {
                    raw[row] = probability / decisions.propensity(row);
                }
            }
            clipped[row] = Math.min(clip, raw[row]);
            largest = Math.max(largest, clipped[row]);
        }
        return new Weights(raw, clipped, prediction, largest);
    }

    private static void contribute(LoggedDecisions decisions, Weights weights, RewardModel model, double[] chance,
            int row, Contributions sums) {
        double reward = decisions.paid(row);
        double weight = weights.clipped[row];
        double kept = chance[row] * weights.largest < weight ? 1 : 0;
        double predicted = model.predicted(row, decisions.action(row));
        for (int at = 0; at < ESTIMATORS.length; at++) {
            Estimator estimator = ESTIMATORS[at];
            sums.above[at] += switch (estimator) {
                case LOGGED -> reward;
                case REPLAY -> kept * reward;
                case IPS, SNIPS -> weight * reward;
                case MODEL -> weights.targetPrediction[row];
                case DOUBLY_ROBUST -> weights.targetPrediction[row] + weight * (reward - predicted);
            };
            sums.below[at] += switch (estimator) {
                case REPLAY -> kept;
                case SNIPS -> weight;
                case LOGGED, IPS, MODEL, DOUBLY_ROBUST -> 1;
            };
        }
    }

    /** Each round's sums. */
    private static Contributions[] rounds(LoggedDecisions decisions, Weights weights, RewardModel model,
            double[] chance) {
        var rounds = new Contributions[decisions.rounds()];
        Arrays.setAll(rounds, _ -> new Contributions());
        for (int row = 0; row < decisions.size(); row++) {
            contribute(decisions, weights, model, chance, row, rounds[decisions.round(row)]);
        }
        return rounds;
    }

    private static Estimate[] estimates(LoggedDecisions decisions, Weights weights, RewardModel model,
            double[] chance) {
        Contributions[] rounds = rounds(decisions, weights, model, chance);
        var estimates = new Estimate[ESTIMATORS.length];
        for (int at = 0; at < estimates.length; at++) {
            var moments = new UnitMoments(2);
            for (Contributions round : rounds) {
                moments.add(round.above[at], round.below[at]);
            }
            estimates[at] = new RatioMetric(0, 1).of(moments);
        }
        return estimates;
    }

    /** [estimators][draws] */
    private double[][] bootstrap(LoggedDecisions decisions, TargetPolicy target, Weights weights, RewardModel model,
            double[] chance) {
        var random = new SplittableRandom(seed).split().split();
        var drawn = new double[ESTIMATORS.length][draws];
        Contributions[] rounds = rounds(decisions, weights, model, chance);
        for (int draw = 0; draw < draws; draw++) {
            if (target.estimated()) {
                Weights redrawn = weights(decisions, target.redrawn(random), model);
                rounds = rounds(decisions, redrawn, model, chance);
            }
            int[] times = Rounds.drawn(rounds.length, random);
            for (int at = 0; at < ESTIMATORS.length; at++) {
                double above = 0;
                double below = 0;
                for (int round = 0; round < rounds.length; round++) {
                    above += times[round] * rounds[round].above[at];
                    below += times[round] * rounds[round].below[at];
                }
                drawn[at][draw] = above / below;
            }
        }
        return drawn;
    }

    private ConfidenceInterval percentiles(double[] drawn) {
        double[] sorted = Arrays.stream(drawn).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return new ConfidenceInterval(Double.NaN, Double.NaN, level);
        }
        return new ConfidenceInterval(at(sorted, (1 - level) / 2), at(sorted, 1 - (1 - level) / 2), level);
    }

    private static double at(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        return sorted[below] + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
    }

    private Support support(LoggedDecisions decisions, TargetPolicy target, Weights weights, double[] chance) {
        double sum = 0;
        double squares = 0;
        long kept = 0;
        long keptRewards = 0;
        long clipped = 0;
        double largest = 0;
        var raw = new UnitMoments(2);
        var sums = new double[decisions.rounds()];
        var sizes = new int[decisions.rounds()];
        for (int row = 0; row < decisions.size(); row++) {
            double weight = weights.clipped[row];
            sum += weight;
            squares += weight * weight;
            if (chance[row] * weights.largest < weight) {
                kept++;
                keptRewards += decisions.reward(row) ? 1 : 0;
            }
            clipped += weights.raw[row] > clip ? 1 : 0;
            largest = Math.max(largest, weights.raw[row]);
            sums[decisions.round(row)] += weights.raw[row];
            sizes[decisions.round(row)]++;
        }
        for (int round = 0; round < sums.length; round++) {
            raw.add(sums[round], sizes[round]);
        }
        Estimate mean = new RatioMetric(0, 1).of(raw);
        return new Support(decisions.size(), decisions.rewards(), sum * sum / squares, kept, keptRewards,
                mean.value(), mean.standardError(), largest, weights.largest / sum, (double) clipped / decisions.size(),
                missing(decisions, target));
    }

    private static double missing(LoggedDecisions decisions, TargetPolicy target) {
        int actions = decisions.actionNames().size();
        var seen = new boolean[decisions.strata().size() * actions];
        for (int row = 0; row < decisions.size(); row++) {
            seen[decisions.stratum(row) * actions + decisions.action(row)] = true;
        }
        double missing = 0;
        for (int row = 0; row < decisions.size(); row++) {
            for (int action = 0; action < actions; action++) {
                missing += seen[decisions.stratum(row) * actions + action] ? 0 : target.probability(row, action);
            }
        }
        return missing / decisions.size();
    }
}
