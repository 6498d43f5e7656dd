package io.sextant.perf.estimators;

import io.sextant.model.ctr.CtrModel;
import io.sextant.uncertainty.estimator.EnsembleSpread;
import io.sextant.uncertainty.estimator.GradientNorm;
import io.sextant.uncertainty.estimator.LinearisedDropout;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import io.sextant.uncertainty.estimator.RowInformation;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/** Everything that is held against each other: every estimator on both scales, and two yardsticks that are none. */
final class Contestants {
    /** What a pure proxy for the click probability looks like. */
    static final String VARIANCE = "yardstick: p (1 - p)";
    /** What nothing but exposures looks like. */
    static final String SCARCITY = "yardstick: 1 / (1 + exposures)";

    private Contestants() {}

    /** The estimators by name, such as {@code monte-carlo/logit}, for one thread. */
    static SequencedMap<String, UncertaintyEstimator> of(CtrModel ensemble, int passes) {
        SequencedMap<String, UncertaintyEstimator> all = new LinkedHashMap<>();
        for (UncertaintyScale scale : new UncertaintyScale[]{UncertaintyScale.PROBABILITY, UncertaintyScale.LOGIT}) {
            String suffix = "/" + scale.name().toLowerCase(Locale.ROOT);
            all.put("monte-carlo" + suffix, new MonteCarloDropout(scale, passes));
            all.put("linearised" + suffix, new LinearisedDropout(scale));
            all.put("row-information" + suffix, new RowInformation(scale));
            all.put("ensemble" + suffix, new EnsembleSpread(scale, ensemble.members()));
            all.put("gradient-norm" + suffix, new GradientNorm(scale));
        }
        return all;
    }
}
