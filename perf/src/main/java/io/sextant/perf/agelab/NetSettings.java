package io.sextant.perf.agelab;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.training.TrainingConfig;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.List;

/**
 * How a policy's net is made and learns; the same for all policies of a row of the tables.
 *
 * @param embeddingSize         floats an embedding
 * @param hidden                widths of the hidden layers
 * @param gateHidden            width of the gate net's hidden layer
 * @param dropRate              dropout after each hidden ReLU
 * @param netLearningRate       Adam's step on the layers
 * @param embeddingLearningRate AdaGrad's step on embeddings and linear terms
 * @param initialAccumulator    what AdaGrad's sum of squares starts from
 * @param batch                 examples a step; training waits until there are as many
 * @param passes                times that the warm start's events are gone through
 * @param publishEvery          steps after which policies are given the newly learned net
 */
public record NetSettings(@Min(1) @Max(64) int embeddingSize, @NotEmpty List<@Min(1) Integer> hidden,
        @Min(1) int gateHidden, @DecimalMin("0") @DecimalMax("0.9") double dropRate, @Positive double netLearningRate,
        @Positive double embeddingLearningRate, @Positive double initialAccumulator, @Min(1) int batch,
        @Min(1) int passes, @Min(1) int publishEvery) {
    public NetSettings {
        hidden = hidden == null ? List.of() : List.copyOf(hidden);
    }

    Architecture architecture() {
        return new Architecture(embeddingSize, hidden, dropRate, gateHidden);
    }

    /** The same, published only when it is asked for. */
    NetSettings unpublished() {
        return new NetSettings(embeddingSize, hidden, gateHidden, dropRate, netLearningRate, embeddingLearningRate,
                initialAccumulator, batch, passes, Integer.MAX_VALUE);
    }

    /** The same with other rates. */
    NetSettings with(double netRate, double otherDropRate) {
        return new NetSettings(embeddingSize, hidden, gateHidden, otherDropRate, netRate, embeddingLearningRate,
                initialAccumulator, batch, passes, publishEvery);
    }

    /** No decay, no masked rows: nothing here judges users without an item. */
    TrainingConfig training(long seed) {
        return new TrainingConfig(architecture(), batch, embeddingLearningRate, initialAccumulator, netLearningRate, 0,
                0, seed);
    }
}
