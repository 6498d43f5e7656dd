package io.sextant.uncertainty.policy;

/** What a policy makes of a score's deviation. */
public enum Rule {
    /** Thompson sampling: a draw. */
    TS,
    /** Upper confidence bound. */
    UCB
}
