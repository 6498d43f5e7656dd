package io.sextant.trainer.arm;

import io.sextant.model.ctr.Logistic;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.Predictions;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.TrainerCounter;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The last impressions of the neutral arm with what an arm's published version, calibrated, predicted of them. Nothing is
 * learned from them, and what was bought there depends on no model, so models of all arms can be compared by them.
 *
 * <p>
 * Threading: owned by the arm's thread.
 */
final class NeutralWindow {
    /** Few enough not to wait long, and enough that asking TensorFlow costs little each. */
    private static final int BATCH = 256;
    private static final int ENTRY_BYTES = 2 * Float.BYTES + 1;

    private final Predictions predictions;
    private final ExampleBatch waiting;
    private long nextOffset = -1;
    private long scored;

    /** Makes an empty one over the last {@code capacity} examples. */
    NeutralWindow(int capacity, FeatureSchema schema) {
        this.predictions = Predictions.last(capacity);
        this.waiting = new ExampleBatch(schema, BATCH, 1);
    }

    /** Offset behind the last example that was taken; -1 if none was. */
    long nextOffset() {
        return nextOffset;
    }

    /** Says from which offset the next example will come. */
    void seek(long offset) {
        nextOffset = offset;
    }

    /** Examples scored since this was made. */
    long scored() {
        return scored;
    }

    /** Takes an example, unless it was taken before; if it cannot be scored, says what to count it as. */
    @Nullable
    TrainerCounter add(long offset, Example example) {
        if (offset < nextOffset) {
            return null;
        }
        nextOffset = offset + 1;
        return waiting.add(example);
    }

    /** Whether enough wait to be scored. */
    boolean isFull() {
        return waiting.isFull();
    }

    /** Has the examples that wait scored. */
    void score(PublishedModel model) {
        if (waiting.isEmpty()) {
            return;
        }
        float[] logits = model.score(waiting.features());
        float[] labels = waiting.labels();
        float[] weights = waiting.weights();
        for (int i = 0; i < logits.length; i++) {
            double calibrated = model.calibrated(Logistic.of(logits[i]), waiting.exchange(i));
            predictions.add(Math.clamp(calibrated, 0, 1), labels[i] > 0, weights[i]);
        }
        scored += logits.length;
        waiting.clear();
    }

    /** Figures over the window; takes a sort. */
    PredictionFigures figures() {
        return predictions.figures();
    }

    /** The window as text, oldest entry first. What waits must have been scored. */
    String save() {
        ByteBuffer bytes = ByteBuffer.allocate(predictions.size() * ENTRY_BYTES);
        for (int i = 0; i < predictions.size(); i++) {
            bytes.putFloat((float) predictions.prediction(i)).putFloat((float) predictions.weight(i))
                    .put(predictions.click(i) ? (byte) 1 : (byte) 0);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Fills an empty window with what {@link #save} gave, or with nothing. */
    void restore(String saved, long offset) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(saved));
        while (bytes.remaining() >= ENTRY_BYTES) {
            float prediction = bytes.getFloat();
            float weight = bytes.getFloat();
            predictions.add(prediction, bytes.get() != 0, weight);
        }
        nextOffset = offset;
    }

    /** Forgets everything. */
    void clear() {
        predictions.clear();
        waiting.clear();
        nextOffset = -1;
    }
}
