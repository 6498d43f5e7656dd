package io.sextant.uncertainty.modifier;

import io.sextant.protocol.event.SparseHistogram;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.uncertainty.quantile.QuantileSketch;

/** Makes the distribution that modifiers are drawn from without looking at the request. Thread-safe. */
public final class ModifierDistributions {
    private ModifierDistributions() {}

    /**
     * The distribution of the recorded modifiers as a step function, every value within 0.05 % of those recorded.
     * Modifiers of exactly 1, of which there are many, stay exactly 1.
     *
     * @param modifiers natural modifiers of every bid of the uncertainty arm in the explore share, the 1s included
     * @return empty if nothing was recorded
     */
    public static ModifierDistribution of(QuantileSketch modifiers) {
        SparseHistogram sparse = modifiers.toSparse();
        var distribution = ModifierDistribution.newBuilder().setCount(sparse.getCount());
        long cumulative = 0;
        for (int i = 0; i < sparse.getBucketValueCount(); i++) {
            cumulative += sparse.getBucketCount(i);
            distribution.addModifier(QuantileSketch.representative(sparse.getBucketValue(i), ModifierCurve.NEUTRAL));
            distribution.addCumulative((double) cumulative / sparse.getCount());
        }
        return distribution.build();
    }
}
