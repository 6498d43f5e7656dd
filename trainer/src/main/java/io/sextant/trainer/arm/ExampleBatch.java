package io.sextant.trainer.arm;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.TrainerCounter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Examples on their way to a training step. Threading: owned by the arm's thread.
 */
/*
 * A batch is full by the number of its examples alone, so that the same examples make the same batches in every run. A
 * correction pair is not torn apart: a step on its first half alone would push against a label without the other label.
 */
final class ExampleBatch {
    /** One example in so many is compared with the published version when there are plenty. */
    static final int COMPARED = 8;
    /* Halves of a correction pair, and the example that it corrects, have one bid id and so one draw. */
    private static final Hasher64 DRAW = Hashing.xxh3_64(0x5a3f);
    private static final int UNIFORM_SHIFT = 11;

    private final FeatureSchema schema;
    private final int batchSize;
    private final int capacity;
    private final double negativeShare;
    private final int[] firstRows;
    private final int[] lastRows;
    private final int[] features;
    private final float[] labels;
    private final float[] weights;
    private final float[] trainingWeights;
    private final boolean[] compared;
    private final String[] exchanges;
    private final float[] modifiers;
    private int size;
    private long watermarkMs;

    /**
     * Makes an empty one.
     *
     * @param batchSize     examples that make it full
     * @param negativeShare share of the examples without a click that are trained on
     */
    ExampleBatch(FeatureSchema schema, int batchSize, double negativeShare) {
        this.schema = schema;
        this.negativeShare = negativeShare;
        this.batchSize = batchSize;
        this.capacity = batchSize * 2;
        this.firstRows = new int[schema.size()];
        this.lastRows = new int[schema.size()];
        for (int field = 0; field < firstRows.length; field++) {
            firstRows[field] = schema.maskIndex(field);
            lastRows[field] = firstRows[field] + schema.fields().get(field).rows() - 1;
        }
        this.features = new int[Math.multiplyExact(capacity, schema.size())];
        this.labels = new float[capacity];
        this.weights = new float[capacity];
        this.trainingWeights = new float[capacity];
        this.compared = new boolean[capacity];
        this.exchanges = new String[capacity];
        this.modifiers = new float[capacity];
    }

    /** Takes an example; if it cannot be trained on, says what to count it as and leaves it out. */
    @Nullable
    TrainerCounter add(Example example) {
        if (example.getSchemaFingerprint() != schema.fingerprint()) {
            return TrainerCounter.EXAMPLES_OTHER_SCHEMA;
        }
        if (example.getWeight() != 1 && example.getWeight() != -1) {
            return TrainerCounter.EXAMPLES_BAD_WEIGHT;
        }
        if (example.getFeatureCount() != schema.size()) {
            return TrainerCounter.EXAMPLES_OUT_OF_RANGE;
        }
        for (int field = 0; field < schema.size(); field++) {
            int feature = example.getFeature(field);
            if (feature < firstRows[field] || feature > lastRows[field]) {
                return TrainerCounter.EXAMPLES_OUT_OF_RANGE;
            }
            features[size * firstRows.length + field] = feature;
        }
        labels[size] = example.getClick() ? 1 : 0;
        weights[size] = example.getWeight();
        long draw = DRAW.hashCharsToLong(example.getBidId());
        compared[size] = Long.remainderUnsigned(draw, COMPARED) == 0;
        boolean kept = negativeShare == 1 || example.getClick() || (draw >>> UNIFORM_SHIFT) * 0x1p-53 < negativeShare;
        trainingWeights[size] = kept ? example.getWeight() : 0;
        exchanges[size] = example.getExchange();
        modifiers[size] = Math.abs(example.getModifier());
        watermarkMs = Math.max(watermarkMs, example.getImpressionTimeMs());
        size++;
        return null;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean isFull() {
        return size == capacity || (size >= batchSize && weights[size - 1] > 0);
    }

    int[] features() {
        return Arrays.copyOf(features, size * schema.size());
    }

    float[] labels() {
        return Arrays.copyOf(labels, size);
    }

    float[] weights() {
        return Arrays.copyOf(weights, size);
    }

    /** The weights that examples are trained with: 0 for negatives that are left out. */
    float[] trainingWeights() {
        return Arrays.copyOf(trainingWeights, size);
    }

    int size() {
        return size;
    }

    /** Whether example number {@code i} is among those that are always compared with the published version. */
    boolean compared(int i) {
        return compared[i];
    }

    /** Where example number {@code i} was shown; may be empty. */
    String exchange(int i) {
        return exchanges[i];
    }

    /** The modifier that example number {@code i} was bid for with. */
    float modifier(int i) {
        return modifiers[i];
    }

    /** Latest event time of an example taken, epoch milliseconds; 0 before the first. */
    long watermarkMs() {
        return watermarkMs;
    }

    /** Forgets the examples. */
    void clear() {
        size = 0;
    }
}
