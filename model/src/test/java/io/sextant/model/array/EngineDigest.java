package io.sextant.model.array;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.SmallModels;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Everything that kernels and engine compute from some seeds, as one line a net and question with a digest of the raw
 * bits. {@link #main} prints them, so that JVMs can be compared.
 */
final class EngineDigest {
    private static final int PASSES = 5;
    private static final int KERNEL_ROUNDS = 24;

    private final List<String> lines = new ArrayList<>();
    private final MessageDigest digest;

    private EngineDigest() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The name of this process's kernels, and the lines. */
    public static void main(String[] args) {
        System.out.println(KernelChoice.kernels().name());
        lines(KernelChoice.kernels()).forEach(System.out::println);
    }

    static List<String> lines(Kernels kernels) {
        EngineDigest made = new EngineDigest();
        made.kernels(kernels);
        made.logistic();
        made.net("256-128-64", kernels, new Architecture(16, List.of(256, 128, 64), 0.2, 32), 0, 1, 13, 37);
        made.net("256-128-64, half its units asleep", kernels, new Architecture(16, List.of(256, 128, 64), 0.2, 32),
                0.8f, 5, 24);
        made.net("50-33", kernels, new Architecture(8, List.of(50, 33), 0.3, 9), 0.5f, 1, 12, 150);
        made.net("7", kernels, new Architecture(5, List.of(7), 0.2, 3), 0, 2, 31);
        made.net("no hidden layer", kernels, new Architecture(6, List.of(), 0.2, 1), 0, 1, 19);
        return made.lines;
    }

    private void kernels(Kernels kernels) {
        for (KernelNumbers numbers : KernelNumbers.values()) {
            for (int seed = 0; seed < KERNEL_ROUNDS; seed++) {
                kernels(kernels, numbers, new SplittableRandom(seed));
            }
            line("kernels", numbers.name());
        }
    }

    private void kernels(Kernels kernels, KernelNumbers numbers, SplittableRandom random) {
        int rows = random.nextInt(1, 30);
        int inputs = Kernels.padded(random.nextInt(1, 200));
        int outputs = Kernels.padded(random.nextInt(1, 200));
        float[] x = numbers.array(rows * inputs, random);
        float[] y = numbers.array(inputs, random);
        float[] w = KernelNumbers.ORDINARY.array(inputs * outputs, random);
        float[] init = numbers.array(outputs, random);
        long[] mask = random.longs(inputs / Long.SIZE).toArray();
        int[] list = new int[inputs];
        long[] bits = new long[inputs / Long.SIZE];

        int count = kernels.active(x, 0, rows, inputs, bits, list);
        float[] compacted = new float[rows * inputs + Kernels.SLACK];
        kernels.compact(x, 0, rows, inputs, bits, compacted);
        float[] selected = new float[inputs * outputs + Kernels.SLACK];
        kernels.select(w, inputs, outputs, list, count, selected);
        float[] out = new float[rows * outputs + Kernels.SLACK];
        kernels.project(compacted, 0, inputs, rows, Kernels.everything(count), count, selected, count, init, outputs,
                random.nextBoolean(), out, 0);
        add(out, rows * outputs);
        kernels.project(compacted, 0, inputs, rows, list, count, w, inputs, init, outputs, random.nextBoolean(), out,
                0);
        add(out, rows * outputs);

        float[] row = new float[inputs + Kernels.SLACK];
        kernels.first(x, y, 0, false, inputs, row, 0);
        add(row, inputs);
        kernels.first(x, y, 0, true, inputs, row, 0);
        add(row, inputs);
        kernels.drop(x, 0, mask, 0, 1.25f, inputs, row, 0);
        add(row, inputs);
        kernels.gate(y, 0, x, 0, inputs, row, 0);
        add(row, inputs);
        float[] parts = new float[rows * Kernels.PARTS];
        kernels.dot(x, 0, y, 0, inputs, parts, 0);
        kernels.addDots(x, 0, rows, y, inputs, parts);
        add(parts, parts.length);
    }

    private void logistic() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            add(Logistic.of(random.nextGaussian(0, 1 << i % 9)));
        }
        line("logistic", "");
    }

    private void net(String name, Kernels kernels, Architecture architecture, float asleep, int... candidates) {
        FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
        Weights weights = SmallModels.random(schema, architecture, 0.15, 5);
        for (float[] biases : weights.hiddenBiases) {
            for (int unit = 0; unit < biases.length; unit += 2) {
                biases[unit] -= asleep;
            }
        }
        ArrayCtrModel model = new ArrayCtrModel(SmallModels.description(schema, architecture), weights, kernels);
        for (int count : candidates) {
            Impression impression = Impression.random(schema, count, 3L * count);
            try (ArrayScratch scratch = model.newScratch(count)) {
                impression.begin(model, scratch);
                questions(name + ", " + count + " rows", model, scratch, impression);
            }
        }
    }

    private void questions(String name, ArrayCtrModel model, ArrayScratch scratch, Impression impression) {
        SplittableRandom random = new SplittableRandom(9);
        int count = impression.batch.size();
        int adInputs = model.description().adInputs();
        int[] rows = impression.rows();
        rows[count / 2] = random.nextInt(count);
        int[] withMasked = impression.rows();
        withMasked[count / 2] = CtrModel.MASKED;
        int[] masks = random.ints((long) count * PASSES, 0, model.description().masks()).toArray();
        float[] logits = new float[count * PASSES];
        float[] variances = new float[count];
        float[] displacement = KernelNumbers.ORDINARY.array(count * adInputs, random);
        float[] gradients = new float[count * adInputs];

        model.score(scratch, logits);
        add(logits, count);
        for (int i = 0; i < count; i++) {
            add(Logistic.of(logits[i]));
        }
        line(name, "score");
        model.adGradients(rows, count, scratch, gradients);
        add(gradients, gradients.length);
        line(name, "adGradients");
        model.scoreRows(withMasked, count, scratch, logits);
        add(logits, count);
        line(name, "scoreRows");
        model.scoreDropped(withMasked, count, masks, PASSES, scratch, logits);
        add(logits, logits.length);
        line(name, "scoreDropped");
        model.droppedVariance(withMasked, count, scratch, logits, variances);
        add(logits, count);
        add(variances, count);
        line(name, "droppedVariance");
        model.adGradientsAt(rows, count, displacement, scratch, logits, gradients);
        add(logits, count);
        add(gradients, gradients.length);
        line(name, "adGradientsAt");
        model.scoreDisplaced(rows, count, displacement, scratch, logits);
        add(logits, count);
        line(name, "scoreDisplaced");
        model.gate(rows, count, scratch, logits);
        add(logits, count);
        add(model.requestRowVariance(scratch));
        line(name, "gate and rows");
    }

    /** All NaNs are one, for which of them an operation gives is the processor's affair. */
    private void add(float[] values, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            bytes.putInt(Float.floatToIntBits(values[i]));
        }
        digest.update(bytes.array());
    }

    private void add(double value) {
        digest.update(ByteBuffer.allocate(Double.BYTES).putLong(Double.doubleToLongBits(value)).array());
    }

    private void line(String net, String question) {
        lines.add(net + ", " + question + ": " + HexFormat.of().formatHex(digest.digest()));
    }
}
