package io.sextant.abtesting.policy;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How probable a reward is by context and action: a logistic regression with a ridge on action, stratum, their cross, and
 * context. Cross-fitted: what it says of a decision it has learned from the other folds' decisions only. Immutable.
 */
/*
 * Features by number, from 1: actions, strata, actions x strata, context values. Prediction for all actions of a row is the
 * logit of the row plus that of the action in the stratum, so a table of [rows x actions] costs one exponential an entry.
 */
final class RewardModel {
    /** One over the variance that coefficients have before anything is seen; half a nat is a large effect among ads. */
    private static final double COST = 0.25;
    private static final double PRECISION = 1e-4;

    private final LoggedDecisions decisions;
    private final float[] predictions;

    private RewardModel(LoggedDecisions decisions) {
        this.decisions = decisions;
        this.predictions = new float[Math.multiplyExact(decisions.size(), decisions.actionNames().size())];
    }

    /**
     * Learns it, once a fold; rounds are never torn apart.
     *
     * @param folds 2 or more
     * @param seed  decides which round is in which fold
     */
    static RewardModel of(LoggedDecisions decisions, int folds, long seed) {
        var model = new RewardModel(decisions);
        var random = new SplittableRandom(seed);
        int[] foldOf = random.ints(decisions.rounds(), 0, folds).toArray();
        for (int fold = 0; fold < folds; fold++) {
            model.learn(foldOf, fold);
        }
        return model;
    }

    /** Predicted probability that this action pays there. */
    double predicted(int row, int action) {
        return predictions[row * decisions.actionNames().size() + action];
    }

    private void learn(int[] foldOf, int fold) {
        int seen = 0;
        int paid = 0;
        for (int row = 0; row < decisions.size(); row++) {
            if (foldOf[decisions.round(row)] != fold) {
                seen++;
                paid += decisions.reward(row) ? 1 : 0;
            }
        }
        if (paid == 0 || paid == seen) {
            // One class teaches nothing but itself.
            fill(foldOf, fold, new double[width() + 1], paid == 0 ? 1e-6 : 1 - 1e-6);
            return;
        }
        var rows = new Feature[seen][];
        var rewards = new double[seen];
        int at = 0;
        for (int row = 0; row < decisions.size(); row++) {
            if (foldOf[decisions.round(row)] != fold) {
                rows[at] = features(row);
                rewards[at++] = decisions.reward(row) ? 1 : -1;
            }
        }
        double[] weights = weights(rows, rewards);
        fill(foldOf, fold, weights, Double.NaN);
    }

    private double[] weights(Feature[][] rows, double[] rewards) {
        var problem = new Problem();
        problem.l = rows.length;
        // The last feature is the constant, which bias asks for.
        problem.n = width() + 1;
        problem.x = rows;
        problem.y = rewards;
        problem.bias = 1;
        var parameter = new Parameter(SolverType.L2R_LR, COST, PRECISION);
        parameter.setRegularizeBias(false);
        Linear.disableDebugOutput();
        Model model = Linear.train(problem, parameter);
        double[] weights = model.getFeatureWeights();
        // The library's weights speak for the class that it met first.
        double sign = model.getLabels()[0] == 1 ? 1 : -1;
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= sign;
        }
        return weights;
    }

    private void fill(int[] foldOf, int fold, double[] weights, double constant) {
        int actions = decisions.actionNames().size();
        for (int row = 0; row < decisions.size(); row++) {
            if (foldOf[decisions.round(row)] != fold) {
                continue;
            }
            double logit = weights[width()] + weights[stratumFeature(decisions.stratum(row)) - 1];
            for (int column = 0; column < decisions.contextColumns(); column++) {
                logit += weights[contextFeature(row, column) - 1];
            }
            for (int action = 0; action < actions; action++) {
                double own = weights[action] + weights[crossFeature(decisions.stratum(row), action) - 1];
                predictions[row * actions + action] = (float) (Double.isNaN(constant)
                        ? 1 / (1 + Math.exp(-logit - own))
                        : constant);
            }
        }
    }

    private Feature[] features(int row) {
        var features = new Feature[4 + decisions.contextColumns()];
        features[0] = new FeatureNode(1 + decisions.action(row), 1);
        features[1] = new FeatureNode(stratumFeature(decisions.stratum(row)), 1);
        features[2] = new FeatureNode(crossFeature(decisions.stratum(row), decisions.action(row)), 1);
        int[] context = new int[decisions.contextColumns()];
        for (int column = 0; column < context.length; column++) {
            context[column] = contextFeature(row, column);
        }
        Arrays.sort(context);
        for (int column = 0; column < context.length; column++) {
            features[3 + column] = new FeatureNode(context[column], 1);
        }
        features[features.length - 1] = new FeatureNode(width() + 1, 1);
        return features;
    }

    private int stratumFeature(int stratum) {
        return 1 + decisions.actionNames().size() + stratum;
    }

    private int crossFeature(int stratum, int action) {
        int actions = decisions.actionNames().size();
        return 1 + actions + decisions.strata().size() + stratum * actions + action;
    }

    private int contextFeature(int row, int column) {
        int actions = decisions.actionNames().size();
        int strata = decisions.strata().size();
        return 1 + actions + strata + strata * actions + decisions.context(row, column);
    }

    private int width() {
        int actions = decisions.actionNames().size();
        int strata = decisions.strata().size();
        return actions + strata + strata * actions + decisions.contextValues();
    }
}
