package io.sextant.perf.scorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.TensorFlowNet;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.workload.SmallWorkload;
import io.sextant.perf.workload.Workload;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All engines against the reference net, which scores the same rows one kind at a time. */
class RequestScorerTest {
    private static final int CANDIDATES = 7;
    private static final int PASSES = 5;
    private static final int REQUESTS = 3;
    private static final float TOLERANCE = 1e-4f;

    @TempDir
    private static Path directory;
    private static Workload workload;

    @BeforeAll
    static void train() throws IOException {
        workload = SmallWorkload.train(directory, REQUESTS, CANDIDATES);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheReferencesLogitsWhenTensorFlowScores(BatchForm form) {
        try (RequestScorer scorer = new TensorFlowScorer(workload, PASSES, form)) {
            assertReference(scorer);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheReferencesLogitsWhenOnnxRuntimeScoresTheExportedNet(BatchForm form) {
        try (RequestScorer scorer = new OnnxRuntimeScorer(workload, PASSES, form)) {
            assertReference(scorer);
        }
    }

    @Test
    void shouldGiveTheReferencesLogitsWhenTheArrayEngineScores() {
        try (RequestScorer scorer = Engine.ARRAY.open(workload, PASSES, BatchForm.FED_EMBEDDINGS)) {
            for (int request = 0; request < REQUESTS; request++) {
                float[] logits = new float[CANDIDATES];

                double deviation = scorer.score(request, logits);

                float[] expected = reference(request);
                assertThat(logits).containsExactly(Arrays.copyOf(expected, CANDIDATES), within(TOLERANCE));
                assertThat(deviation).isCloseTo(deviation(expected), within(1e-5));
            }
        }
    }

    @Test
    void shouldMoveOnlyTheBestCandidatesWhenAgeFollows() {
        try (ArrayScorer scorer = new ArrayScorer(workload, PASSES, false)) {
            float[] logits = new float[CANDIDATES];
            float[] ageLogits = new float[CANDIDATES];

            int explored = scorer.scoreWithAge(0, logits, ageLogits);

            // Fewer candidates than AGE may explore, and no gate: all of them.
            assertThat(explored).isEqualTo(CANDIDATES);
            assertThat(ageLogits).isNotEqualTo(logits);
            assertThat(scorer.multiplyAdds()).isPositive();
        }
    }

    private static void assertReference(RequestScorer scorer) {
        for (int request = 0; request < REQUESTS; request++) {
            float[] logits = new float[CANDIDATES + PASSES];
            double deviation = scorer.score(request, logits);

            float[] expected = reference(request);
            assertThat(logits).containsExactly(expected, within(TOLERANCE));
            assertThat(deviation).isPositive().isCloseTo(deviation(expected), within(1e-5));
        }
    }

    private static double deviation(float[] logits) {
        double[] probabilities = IntStream.range(CANDIDATES, CANDIDATES + PASSES)
                .mapToDouble(row -> 1 / (1 + Math.exp(-logits[row]))).toArray();
        double mean = Arrays.stream(probabilities).average().orElseThrow();
        return Math.sqrt(Arrays.stream(probabilities).map(p -> (p - mean) * (p - mean)).sum() / (PASSES - 1));
    }

    private static float[] reference(int request) {
        Weights weights = workload.artefact().weights();
        FeatureSchema schema = weights.schema();
        int fields = schema.size();
        int[] indices = new int[(CANDIDATES + 1) * fields];
        for (int row = 0; row <= CANDIDATES; row++) {
            for (int field = 0; field < fields; field++) {
                int adField = field - schema.requestFields();
                indices[row * fields + field] = adField < 0
                        ? workload.requests().features(request)[field]
                        : row < CANDIDATES
                                ? workload.ads().get(workload.requests().candidates(request)[row])[adField]
                                : schema.maskIndex(field);
            }
        }
        int rowInputs = fields * weights.architecture().embeddingSize();
        float[] embeddings = new float[(CANDIDATES + 1) * rowInputs];
        float[] linears = new float[CANDIDATES + 1];
        weights.gather(indices, CANDIDATES + 1, embeddings, linears);
        int[] masks = IntStream.range(0, PASSES).map(pass -> Draws.below(workload.artefact().description().masks(),
                workload.requests().decisionKey(request), Purpose.MASKS, pass)).toArray();

        float[] logits = new float[CANDIDATES + PASSES];
        try (TensorFlowNet net = new TensorFlowNet(weights, MaskBank.of(workload.artefact().description()),
                TensorFlowOptions.singleThread())) {
            net.score(embeddings, linears, CANDIDATES, logits);
            float[] maskedRow = new float[rowInputs];
            System.arraycopy(embeddings, CANDIDATES * rowInputs, maskedRow, 0, rowInputs);
            float[] dropped = new float[PASSES];
            net.scoreDropped(maskedRow, new float[]{linears[CANDIDATES]}, 1, masks, PASSES, dropped);
            System.arraycopy(dropped, 0, logits, CANDIDATES, PASSES);
        }
        return logits;
    }
}
