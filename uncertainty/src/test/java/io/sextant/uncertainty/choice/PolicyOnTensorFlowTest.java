package io.sextant.uncertainty.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowCtrModel;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.uncertainty.EngineImpression;
import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.age.AgeConfig.Delta;
import io.sextant.uncertainty.age.AgeConfig.Direction;
import io.sextant.uncertainty.age.AgeConfig.Mode;
import io.sextant.uncertainty.choice.PolicyChoice.Kind;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The same policies ask the engine that serves and the reference that trains: they come to the same logits. */
class PolicyOnTensorFlowTest {
    private static final int ROWS = 12;
    private static final FeatureSchema SCHEMA = EngineImpression.SCHEMA;

    private static List<PolicyChoice> choices() {
        AgeConfig age = AgeConfig.of(Mode.TS).with(Direction.PGD, 3).withLambda(2);
        return List.of(age(Kind.AGE_TS, age), age(Kind.AGE_UCB, age), age(Kind.AGE_TS, age.with(Delta.POOLED)),
                age(Kind.AGE_TS, age.with(Delta.LINEARISED)), age(Kind.AGE_UCB, age.with(Delta.ROW_INFORMATION)),
                age(Kind.AGE_TS, age.with(Direction.EVEN, 1)), age(Kind.AGE_UCB, age.with(Direction.SCORE, 1)),
                age(Kind.AGE_TS, age.with(UncertaintyScale.LOGIT).withLambda(0.5)),
                age(Kind.AGE_TS, age.withOptimism(true).withThreshold(0)), PolicyChoice.of(Kind.RANDOM),
                PolicyChoice.of(Kind.EPSILON_GREEDY));
    }

    private static PolicyChoice age(Kind kind, AgeConfig age) {
        PolicyChoice plain = PolicyChoice.of(kind);
        return new PolicyChoice(kind, age, plain.epsilon(), plain.width(), plain.scale(), plain.candidatesMax());
    }

    private static float[][] explore(CtrModel model, AdTable ads, FeatureBatch batch, float[] plain) {
        float[][] explored = new float[choices().size()][ROWS];
        try (CtrScratch scratch = model.newScratch(ROWS)) {
            model.begin(model.prepare(ads), batch, scratch);
            model.score(scratch, new float[ROWS]);
            for (int i = 0; i < explored.length; i++) {
                choices().get(i).newPolicy(model, ROWS).explore(model, ROWS, plain, new long[ROWS], 77, scratch,
                        explored[i]);
            }
        }
        return explored;
    }

    @Test
    void shouldExploreAlikeOnBothEngines() {
        Weights weights = EngineImpression.weights(4, List.of(24, 16), 1, 3);
        EngineImpression impression = new EngineImpression(EngineImpression.model(weights), ROWS, 4);
        ArrayCtrModel engine = impression.model;
        ModelDescription description = engine.description();
        int requestFields = SCHEMA.requestFields();
        var ads = new AdTable(SCHEMA, IntStream.range(0, ROWS)
                .mapToObj(row -> Arrays.copyOfRange(impression.features(row), requestFields, SCHEMA.size())).toList());
        var batch = new FeatureBatch(SCHEMA, ROWS);
        System.arraycopy(impression.features(0), 0, batch.request, 0, requestFields);
        for (int row = 0; row < ROWS; row++) {
            batch.add(row);
        }

        float[][] served = explore(engine, ads, batch, impression.plain);
        float[][] reference;
        try (TensorFlowCtrModel model = new TensorFlowCtrModel(description, weights,
                TensorFlowOptions.singleThread())) {
            reference = explore(model, ads, batch, impression.plain);
        }

        for (int i = 0; i < served.length; i++) {
            for (int row = 0; row < ROWS; row++) {
                assertThat(served[i][row]).as("%s, row %d", choices().get(i), row).isCloseTo(reference[i][row],
                        within(2e-4f));
            }
            assertThat(i >= served.length - 2 || !Arrays.equals(served[i], impression.plain)).isTrue();
        }
    }
}
