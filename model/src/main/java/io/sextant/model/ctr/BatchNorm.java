package io.sextant.model.ctr;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Batch normalisation of an artefact's hidden layers, taken into their weights when the artefact is read (Ioffe and
 * Szegedy 2015, algorithm 2). The layer relu(γ (h W + b − mean) / √(variance + ε) + β) is the plain layer
 * relu(h W′ + b′) with W′ = W s, b′ = (b − mean) s + β and s = γ / √(variance + ε), unit by unit; so nobody who reads the
 * weights needs to know of it.
 *
 * <p>
 * A layer has either all of the tensors {@code hidden.N.norm.gamma}, {@code beta}, {@code mean} and {@code variance},
 * [width] each, or none. ε is the file's metadata entry {@code norm.epsilon}, or 0.001.
 */
final class BatchNorm {
    private static final String EPSILON = "norm.epsilon";
    private static final double EPSILON_DEFAULT = 1e-3;
    private static final List<String> PARTS = List.of("gamma", "beta", "mean", "variance");

    private BatchNorm() {}

    /**
     * Changes the hidden layers that {@code file} has a norm for.
     *
     * @throws ModelArtefactException if a layer's norm is not whole, has another width, belongs to no layer, or holds what
     *                                cannot be a variance
     */
    static void fold(Safetensors file, Weights weights) throws ModelArtefactException {
        Set<String> unused = new HashSet<>(file.shapes().keySet());
        unused.removeIf(name -> !name.startsWith("hidden.") || !name.contains(".norm"));
        if (unused.isEmpty()) {
            return;
        }
        double epsilon = epsilon(file);
        for (int layer = 0; layer < weights.hiddenBiases.size(); layer++) {
            String prefix = String.format(Locale.ROOT, "hidden.%d.norm.", layer);
            if (PARTS.stream().noneMatch(part -> unused.contains(prefix + part))) {
                continue;
            }
            int width = weights.hiddenBiases.get(layer).length;
            List<NamedTensor> norm = PARTS.stream()
                    .map(part -> new NamedTensor(prefix + part, new float[width], width)).toList();
            for (NamedTensor tensor : norm) {
                file.read(tensor);
                unused.remove(tensor.name());
            }
            float[] variance = norm.get(3).data();
            for (int unit = 0; unit < width; unit++) {
                if (variance[unit] < 0) {
                    throw new ModelArtefactException(file + ": tensor " + prefix + "variance holds " + variance[unit]
                            + " at element " + unit + ", must be at least 0");
                }
            }
            fold(norm.get(0).data(), norm.get(1).data(), norm.get(2).data(), variance, epsilon,
                    weights.hiddenWeights.get(layer), weights.hiddenBiases.get(layer));
        }
        for (String name : unused) {
            throw new ModelArtefactException(
                    file + ": tensor " + name + " belongs to no hidden layer's norm; there are "
                            + weights.hiddenBiases.size() + " layers, counted from 0, and a norm has " + PARTS);
        }
    }

    private static double epsilon(Safetensors file) throws ModelArtefactException {
        String text = file.metadata().getOrDefault(EPSILON, Double.toString(EPSILON_DEFAULT));
        try {
            double epsilon = Double.parseDouble(text);
            if (epsilon > 0 && epsilon <= 1) {
                return epsilon;
            }
        } catch (NumberFormatException e) {
            throw new ModelArtefactException(file + ": metadata " + EPSILON + " is " + text + ", must be a number", e);
        }
        throw new ModelArtefactException(
                file + ": metadata " + EPSILON + " is " + text + ", must be above 0 and at most 1");
    }

    private static void fold(float[] gamma, float[] beta, float[] mean, float[] variance, double epsilon,
            float[] matrix, float[] biases) {
        int width = biases.length;
        for (int unit = 0; unit < width; unit++) {
            double scale = gamma[unit] / Math.sqrt(variance[unit] + epsilon);
            biases[unit] = (float) (((double) biases[unit] - mean[unit]) * scale + beta[unit]);
            for (int at = unit; at < matrix.length; at += width) {
                matrix[at] = (float) (matrix[at] * scale);
            }
        }
    }
}
