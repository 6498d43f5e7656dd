package io.sextant.model.ctr;

import java.io.IOException;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Writes SavedModels whose predictions can be worked out by hand: with s the sum of a row's table rows over 10, the units
 * are s and s / 2, the logit is their sum - 1.
 */
final class SavedModels {
    private SavedModels() {}

    /** What to name and how to shape the signature. */
    enum Form {
        /** {@code logit}, [n]. */
        LOGIT,
        /** {@code logit}, [n, 1], and the input {@code masks}. */
        MASKED_LOGIT_COLUMN,
        /** {@code probability}, [n]. */
        PROBABILITY,
        /** {@code score}, [n], which nobody asked for. */
        SCORE,
        /** {@code logit}, [n], and an input {@code weather}. */
        WEATHER
    }

    static Path write(Path directory, int fields, Form form) throws IOException {
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Placeholder<TInt32> features = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, fields)));
            Signature.Builder signature = Signature.builder().input("features", features);
            Operand<TFloat32> sum = tf.math.mul(tf.constant(0.1f),
                    tf.reduceSum(tf.dtypes.cast(features, TFloat32.class), tf.constant(1)));
            Operand<TFloat32> units = tf.math.mul(tf.expandDims(sum, tf.constant(1)), tf.array(1f, 0.5f));
            if (form == Form.MASKED_LOGIT_COLUMN) {
                Placeholder<TFloat32> masks = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 2)));
                signature.input("masks", masks);
                units = tf.math.mul(units, masks);
            }
            if (form == Form.WEATHER) {
                signature.input("weather", tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1))));
            }
            Operand<TFloat32> logit = tf.math.sub(tf.reduceSum(units, tf.constant(1)), tf.constant(1f));
            switch (form) {
                case LOGIT, WEATHER -> signature.output("logit", logit);
                case MASKED_LOGIT_COLUMN -> signature.output("logit", tf.expandDims(logit, tf.constant(1)));
                case PROBABILITY -> signature.output("probability", tf.math.sigmoid(logit));
                case SCORE -> signature.output("score", logit);
            }
            try (Session session = new Session(graph)) {
                SavedModelBundle.exporter(directory.toString())
                        .withFunction(SessionFunction.create(signature.build(), session)).export();
            }
        }
        return directory;
    }
}
