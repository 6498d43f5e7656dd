package io.sextant.model.ctr;

import java.util.List;

/**
 * The shape of a DeepFM: everything about the net that is not in the feature schema.
 *
 * @param embeddingSize floats an embedding, at least 1
 * @param hidden        widths of the hidden layers, first to last, each at least 1; may be empty (a plain factorisation
 *                      machine with an output layer on the embeddings)
 * @param dropRate      dropout after each hidden ReLU, 0 to below 1
 * @param gateHidden    width of the gate net's hidden layer, at least 1
 */
public record Architecture(int embeddingSize, List<Integer> hidden, double dropRate, int gateHidden) {

    public Architecture {
        hidden = List.copyOf(hidden);
        if (embeddingSize < 1 || gateHidden < 1 || hidden.stream().anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("embedding size " + embeddingSize + ", hidden " + hidden
                    + " and gate width " + gateHidden + " must all be at least 1");
        }
        if (!(dropRate >= 0 && dropRate < 1)) {
            throw new IllegalArgumentException("drop rate is " + dropRate + ", must be at least 0 and below 1");
        }
    }

    /** Embedding 16, hidden layers 256-128-64, drop rate 0.2, gate 32. */
    public static Architecture standard() {
        return new Architecture(16, List.of(256, 128, 64), 0.2, 32);
    }

    /** Units of all hidden layers together; as many bits has a dropout mask. */
    public int hiddenUnits() {
        return hidden.stream().mapToInt(Integer::intValue).sum();
    }
}
