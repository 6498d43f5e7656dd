package io.sextant.abtesting.policy;

import java.util.List;

/**
 * What is known of a target policy's value.
 *
 * @param target    name of the policy
 * @param estimates one an estimator
 * @param support   how much of the log speaks for it
 */
public record PolicyValue(String target, List<PolicyEstimate> estimates, Support support) {
    /** Copies the estimates. */
    public PolicyValue {
        estimates = List.copyOf(estimates);
    }

    /** The answer of one of them. */
    public PolicyEstimate of(Estimator estimator) {
        return estimates.stream().filter(estimate -> estimate.estimator() == estimator).findFirst().orElseThrow();
    }
}
