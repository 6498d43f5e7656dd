package io.sextant.uncertainty.estimator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradient norm and ensemble on nets without hidden layers, where both follow from a few products. */
class LaboratoryEstimatorsTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of(new FeatureSchema.Field("site", false, 3), new FeatureSchema.Field("creative", true, 3)), 1);
    private static final Architecture SHAPE = new Architecture(1, List.of(), 0, 1);
    private static final int[] REQUEST = {2};

    /** logit = bias + 2 · 0.5 + 3 · 0.25 (pairs: 0.5 · 0.25) with site's embedding 0.5, the masked ad's 0.25, output (2, 3). */
    private static CtrModel net(float bias) {
        var weights = new Weights(SCHEMA, SHAPE);
        weights.bias[0] = bias;
        weights.embedding[2] = 0.5f;
        weights.embedding[3] = 0.25f;
        weights.output[0] = 2;
        weights.output[1] = 3;
        return new ArrayCtrModel(new ModelDescription("control", 1, 0, SCHEMA, 1, List.of(), 0, 1, 1, 1, 0, 0, 0, 0),
                weights, KernelChoice.kernels());
    }

    private static double estimate(UncertaintyEstimator estimator, CtrModel model) {
        CtrScratch scratch = model.newScratch(1);
        var ads = new AdTable(SCHEMA, List.of(new int[]{5}));
        var batch = new FeatureBatch(SCHEMA, 1);
        System.arraycopy(REQUEST, 0, batch.request, 0, 1);
        batch.add(0);
        model.begin(model.prepare(ads), batch, scratch);
        return estimator.estimate(model, 1, scratch);
    }

    /** By bias 1, two linear terms 1 each, output 0.5 and 0.25, embeddings 2 + 0.25 and 3 + 0.5. */
    @Test
    void shouldBeTheNormOfTheGradientTimesTheSlopeOfTheScale() {
        double squares = 1 + 2 + 0.25 + 0.0625 + 2.25 * 2.25 + 3.5 * 3.5;
        // The logit is 0, where p (1 - p) is a quarter.
        CtrModel model = net(-(1 + 0.75f + 0.125f));

        assertThat(estimate(new GradientNorm(UncertaintyScale.LOGIT), model)).isCloseTo(Math.sqrt(squares),
                within(1e-6));
        assertThat(estimate(new GradientNorm(UncertaintyScale.PROBABILITY), model)).isCloseTo(Math.sqrt(squares) / 4,
                within(1e-6));
    }

    /** Members at logits -1, 0 and 1: deviation 1; at probabilities 0.2689, 0.5 and 0.7311: 0.2311. */
    @Test
    void shouldBeTheDeviationOfTheMembers() {
        var model = new EnsembleCtrModel(List.of(net(-2.875f), net(-1.875f), net(-0.875f)));

        assertThat(estimate(new EnsembleSpread(UncertaintyScale.LOGIT, 3), model)).isCloseTo(1, within(1e-6));
        assertThat(estimate(new EnsembleSpread(UncertaintyScale.PROBABILITY, 3), model)).isCloseTo(0.2310585786,
                within(1e-7));
        assertThatThrownBy(() -> new EnsembleSpread(UncertaintyScale.LOGIT, 1)).hasMessageContaining("2 or more");
    }
}
