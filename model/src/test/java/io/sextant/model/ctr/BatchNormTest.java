package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchNormTest {
    private static final Architecture SMALL = new Architecture(2, List.of(3, 2), 0.2, 2);
    private static final List<String> PARTS = List.of("gamma", "beta", "mean", "variance");
    private static final int GAMMA = 0;
    private static final int BETA = 1;
    private static final int MEAN = 2;
    private static final int VARIANCE = 3;

    @TempDir
    private Path models;

    @Test
    void shouldServeABatchNormalisedNetWhenTheArtefactHasNorms() throws IOException {
        ModelArtefact plain = write();
        SplittableRandom random = new SplittableRandom(8);
        List<NamedTensor> norm = new ArrayList<>();
        for (int layer = 0; layer < 2; layer++) {
            for (String part : PARTS) {
                float[] values = new float[SMALL.hidden().get(layer)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble(part.equals("variance") ? 0 : -1, 1.5);
                }
                norm.add(new NamedTensor("hidden." + layer + ".norm." + part, values, values.length));
            }
        }
        RewrittenArtefact.rewrite(plain, tensors -> tensors.addAll(norm), Map.of("norm.epsilon", "0.01"));

        // and the same with the norm of layer 1 alone and the usual epsilon
        assertServes(plain, norm, 0.01);
        RewrittenArtefact.rewrite(plain, tensors -> tensors.addAll(norm.subList(4, 8)), Map.of());
        assertServes(plain, norm.subList(4, 8), 1e-3);
    }

    private static void assertServes(ModelArtefact plain, List<NamedTensor> norm, double epsilon) throws IOException {
        var impression = new SmallModels.Impression(SmallModels.schema(), new int[]{1, 5}, new int[]{8}, new int[]{9},
                new int[]{10}, new int[]{11});
        ModelArtefact artefact = ModelArtefact.read(plain.directory(), null);
        for (CtrModelTest.Engine engine : CtrModelTest.Engine.values()) {
            float[] logits = new float[4];
            try (CtrModel model = engine.model(artefact.weights()); CtrScratch scratch = model.newScratch(4)) {
                impression.begin(model, scratch);
                model.score(scratch, logits);
            }
            assertNormalised(logits, plain.weights(), norm, epsilon);
        }
    }

    private static void assertNormalised(float[] logits, Weights plain, List<NamedTensor> norm, double epsilon) {
        for (int row = 0; row < 4; row++) {
            int[] indices = {1, 5, 8 + row};
            double expected = normalised(plain, norm, epsilon, indices);
            assertThat((double) logits[row]).isCloseTo(expected, within(1e-5));
            assertThat(expected).isNotCloseTo(ReferenceDeepFm.logit(plain, indices, null, 0), within(1e-3));
        }
    }

    /** The logit with norms between matrix and ReLU, in doubles: that of the plain net, its MLP exchanged. */
    private static double normalised(Weights weights, List<NamedTensor> norm, double epsilon, int[] row) {
        double[] values = new double[row.length * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = weights.embedding[row[i / 2] * 2 + i % 2];
        }
        Weights shallow = weights.copy();
        Arrays.fill(shallow.output, 0);
        double logit = ReferenceDeepFm.logit(shallow, row, null, 0);
        for (int layer = 0; layer < 2; layer++) {
            String name = "hidden." + layer + ".norm.";
            List<float[]> parts = norm.stream().filter(tensor -> tensor.name().startsWith(name))
                    .map(NamedTensor::data).toList();
            double[] next = new double[weights.hiddenBiases.get(layer).length];
            for (int out = 0; out < next.length; out++) {
                double sum = weights.hiddenBiases.get(layer)[out];
                for (int in = 0; in < values.length; in++) {
                    sum += values[in] * weights.hiddenWeights.get(layer)[in * next.length + out];
                }
                if (!parts.isEmpty()) {
                    double standard = (sum - parts.get(MEAN)[out]) / Math.sqrt(parts.get(VARIANCE)[out] + epsilon);
                    sum = parts.get(GAMMA)[out] * standard + parts.get(BETA)[out];
                }
                next[out] = Math.max(0, sum);
            }
            values = next;
        }
        for (int i = 0; i < values.length; i++) {
            logit += values[i] * weights.output[i];
        }
        return logit;
    }

    @Test
    void shouldNameTheNormTensorThatIsMissingOrImpossible() throws IOException {
        ModelArtefact plain = write();
        float[] width = {1, 1, 1};

        assertRefused(plain, "tensor hidden.0.norm.mean is missing", Map.of(),
                new NamedTensor("hidden.0.norm.gamma", width, 3), new NamedTensor("hidden.0.norm.beta", width, 3),
                new NamedTensor("hidden.0.norm.variance", width, 3));
        assertRefused(plain, "tensor hidden.0.norm.gamma has shape [1], the model needs [3]", Map.of(),
                new NamedTensor("hidden.0.norm.gamma", new float[1], 1));
        assertRefused(plain, "tensor hidden.2.norm.gamma belongs to no hidden layer's norm", Map.of(),
                new NamedTensor("hidden.2.norm.gamma", width, 3));
        assertRefused(plain, "tensor hidden.0.norm.scale belongs to no hidden layer's norm", Map.of(),
                new NamedTensor("hidden.0.norm.scale", width, 3));
        NamedTensor[] whole = {new NamedTensor("hidden.0.norm.gamma", width, 3),
            new NamedTensor("hidden.0.norm.beta", width, 3), new NamedTensor("hidden.0.norm.mean", width, 3),
            new NamedTensor("hidden.0.norm.variance", new float[]{1, -1, 1}, 3)};
        assertRefused(plain, "tensor hidden.0.norm.variance holds -1.0 at element 1", Map.of(), whole);
        assertRefused(plain, "norm.epsilon is much, must be a number", Map.of("norm.epsilon", "much"), whole);
        assertRefused(plain, "norm.epsilon is 0, must be above 0", Map.of("norm.epsilon", "0"), whole);
    }

    private static void assertRefused(ModelArtefact artefact, String message, Map<String, String> metadata,
            NamedTensor... more) throws IOException {
        RewrittenArtefact.rewrite(artefact, tensors -> tensors.addAll(List.of(more)), metadata);
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("weights.safetensors")
                .hasMessageContaining(message);
    }

    private ModelArtefact write() throws IOException {
        Weights weights = SmallModels.random(SmallModels.schema(), SMALL, 0.5, 3);
        return ModelArtefact.write(models, SmallModels.description(SmallModels.schema(), SMALL), weights);
    }
}
