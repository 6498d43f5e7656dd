package io.sextant.abtesting.allocation;

/**
 * One arm of the experiment: how its bids come about.
 *
 * @param name        unique name, also the key of its messages and the name of its model
 * @param share       part of the traffic, above 0; the shares of all arms sum to 1
 * @param pctr        how the predicted click-through rate is chosen
 * @param exploration how the bid modifier is chosen
 * @param bidCpmMicros what is bid where the click-through rate decides nothing ({@link PctrRule#NEUTRAL}), micros of USD per
 *                    1000 impressions; else 0
 */
public record Arm(String name, double share, PctrRule pctr, ExplorationRule exploration, long bidCpmMicros) {
    /** Checks that there is a bid where no model makes one, and nothing to explore. */
    public Arm {
        if (pctr == PctrRule.NEUTRAL && (bidCpmMicros <= 0 || exploration != ExplorationRule.NONE)) {
            throw new IllegalArgumentException(
                    "arm " + name + ": with pctr neutral it takes a bid above 0, and explores nothing");
        }
    }

    /** An arm whose bids come from predictions. */
    public Arm(String name, double share, PctrRule pctr, ExplorationRule exploration) {
        this(name, share, pctr, exploration, 0);
    }

    /** Whether the arm bids with a model. */
    public boolean hasModel() {
        return pctr != PctrRule.NEUTRAL;
    }

    /** How the predicted click-through rate is chosen. */
    public enum PctrRule {
        /** The model's prediction. */
        PLAIN,
        /** Predictions dealt out among the candidates by chance. */
        RANDOM,
        /** The model's prediction, but for a share of decisions as with {@link #RANDOM}. */
        EPSILON_GREEDY,
        /** The prediction of one net of several, another for every decision. */
        ENSEMBLE_TS,
        /** The mean prediction of several nets, and their deviation on top. */
        ENSEMBLE_UCB,
        /** A draw of the Gaussian process on the last hidden layer. */
        GP_TS,
        /** The upper bound of the Gaussian process on the last hidden layer. */
        GP_UCB,
        /** A draw around the prediction, as wide as the norm of its gradient. */
        GRADIENT_TS,
        /** The prediction, and the norm of its gradient on top. */
        GRADIENT_UCB,
        /** As {@link #GRADIENT_TS}, refined against underestimation of ads that little is known about. */
        UR_GRADIENT_TS,
        /** As {@link #GRADIENT_UCB}, refined against underestimation of ads that little is known about. */
        UR_GRADIENT_UCB,
        /** Adversarial-gradient exploration with a Thompson draw. */
        AGE_TS,
        /** Adversarial-gradient exploration with an upper confidence bound. */
        AGE_UCB,
        /**
         * None is predicted: a constant bid for an ad drawn by chance. What such an arm buys depends on no model, so all models can
         * be compared on it.
         */
        NEUTRAL
    }

    /** How the bid modifier is chosen. */
    public enum ExplorationRule {
        /** Always 1. */
        NONE,
        /** Drawn blind from the distribution of the source arm's modifiers. */
        RANDOM,
        /** By the request's uncertainty. */
        UNCERTAINTY,
        /** The same for every bid: the mean of the source arm's modifiers. */
        UNIFORM,
        /**
         * The source arm's modifiers, the larger the higher the click probability that is predicted of the request whatever the
         * ad: what would be gained by bidding more on good supply, with no uncertainty in it.
         */
        PCTR_PLACEBO,
        /**
         * The source arm's modifiers, the larger the higher the request's uncertainty ranks in the arm's own window: explores
         * by its own measure of uncertainty, exactly as often and as much as the source arm does by its.
         */
        UNCERTAINTY_RANK;

        /** Whether the modifier depends on the request's uncertainty. */
        public boolean needsUncertainty() {
            return this == UNCERTAINTY || this == UNCERTAINTY_RANK;
        }
    }
}
