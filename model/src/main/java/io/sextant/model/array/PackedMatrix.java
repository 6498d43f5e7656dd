package io.sextant.model.array;

/**
 * A weight matrix as the kernels read it: panels of {@link Kernels#PANEL} outputs, and in each the inputs in order with
 * their weights side by side. Outputs are padded with zeros to a multiple of {@link Kernels#WIDTH_UNIT}, inputs as asked.
 * Immutable.
 */
final class PackedMatrix {
    /** [outputs / PANEL, inputs, PANEL]. */
    final float[] panels;
    private final int inputs;
    private final int outputs;

    /** What gives an element of a matrix. */
    @FunctionalInterface
    interface Elements {
        float at(int input, int output);
    }

    /**
     * Packs a matrix.
     *
     * @param inputs       inputs that have weights
     * @param paddedInputs inputs in all; those above have weight 0
     * @param outputs      outputs that have weights
     */
    PackedMatrix(int inputs, int paddedInputs, int outputs, Elements elements) {
        this.inputs = paddedInputs;
        this.outputs = Kernels.padded(outputs);
        this.panels = new float[Math.multiplyExact(paddedInputs, this.outputs)];
        for (int output = 0; output < outputs; output++) {
            int at = output / Kernels.PANEL * paddedInputs * Kernels.PANEL + output % Kernels.PANEL;
            for (int input = 0; input < inputs; input++) {
                panels[at + input * Kernels.PANEL] = elements.at(input, output);
            }
        }
    }

    /** Number of inputs, padding included. */
    int inputs() {
        return inputs;
    }

    /** Number of outputs, padding included. */
    int outputs() {
        return outputs;
    }
}
