package io.sextant.model.ctr;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The session of a SavedModel whose signature is that of {@link SavedModelCtrModel}.
 *
 * <p>
 * Threading: thread-safe; every call works on the caller's arrays alone. Arrays may be longer than needed.
 */
final class SavedModelNet implements AutoCloseable {
    /** Certainty beyond this is the rounding of a probability; it bids nothing, or without limit. */
    static final float LOGIT_MAX = 30;

    private static final String FEATURES = "features";
    private static final String MASKS = "masks";
    private static final String LOGIT = "logit";
    private static final String PROBABILITY = "probability";

    private final Path directory;
    private final SavedModelBundle bundle;
    private final Session session;
    private final int fields;
    private final int units;
    private final boolean givesProbability;
    private final String featuresName;
    private final @Nullable String masksName;
    private final String outputName;

    /**
     * Loads the model and checks its signature.
     *
     * @param directory the one that holds {@code saved_model.pb}
     * @param fields    of the schema that requests are encoded with
     * @throws ModelArtefactException if TensorFlow cannot load it, or it has another signature
     */
    SavedModelNet(Path directory, int fields, TensorFlowOptions options) throws ModelArtefactException {
        this.directory = directory;
        this.fields = fields;
        this.bundle = load(directory, options);
        try {
            Signature signature = signature();
            Map<String, Signature.TensorDescription> inputs = signature.getInputs();
            Map<String, Signature.TensorDescription> outputs = signature.getOutputs();
            Set<String> strange = new TreeSet<>(inputs.keySet());
            strange.removeAll(Set.of(FEATURES, MASKS));
            if (!strange.isEmpty()) {
                throw refused("has the inputs " + strange + ", which nothing here can fill; it may have " + FEATURES
                        + " and " + MASKS);
            }
            this.givesProbability = !outputs.containsKey(LOGIT);
            this.featuresName = matrix(FEATURES, inputs.get(FEATURES), DataType.DT_INT32, fields).name;
            Signature.TensorDescription masks = inputs.get(MASKS);
            this.masksName = masks == null ? null : matrix(MASKS, masks, DataType.DT_FLOAT, -1).name;
            this.units = masks == null ? 0 : Math.toIntExact(masks.shape.get(1));
            this.outputName = column(givesProbability ? PROBABILITY : LOGIT,
                    outputs.get(givesProbability ? PROBABILITY : LOGIT), outputs.keySet()).name;
            this.session = bundle.session();
        } catch (ModelArtefactException | RuntimeException e) {
            bundle.close();
            throw e;
        }
    }

    private static SavedModelBundle load(Path directory, TensorFlowOptions options) throws ModelArtefactException {
        if (!Files.isRegularFile(directory.resolve("saved_model.pb"))) {
            throw new ModelArtefactException(
                    directory + ": no saved_model.pb there; it is not a TensorFlow SavedModel");
        }
        try {
            return SavedModelBundle.loader(directory.toString()).withTags(SavedModelBundle.DEFAULT_TAG)
                    .withConfigProto(options.toConfigProto()).load();
        } catch (TensorFlowException | IllegalArgumentException | IllegalStateException e) {
            throw new ModelArtefactException(directory + ": TensorFlow cannot load the SavedModel: " + e.getMessage(),
                    e);
        }
    }

    private Signature signature() throws ModelArtefactException {
        for (Signature signature : bundle.signatures()) {
            if (signature.key().equals(Signature.DEFAULT_KEY)) {
                return signature;
            }
        }
        throw refused("is missing; there are " + bundle.signatures().stream().map(Signature::key).toList());
    }

    /** @param width what a row must hold; -1 for any number above 0 */
    private Signature.TensorDescription matrix(String name, Signature.@Nullable TensorDescription tensor, DataType type,
            int width) throws ModelArtefactException {
        if (tensor == null) {
            throw refused("has no input " + name);
        }
        boolean wide = tensor.shape.numDimensions() == 2
                && (width < 0 ? tensor.shape.get(1) > 0 : tensor.shape.get(1) == width || tensor.shape.get(1) < 0);
        if (tensor.dataType != type || !wide || tensor.shape.get(0) > 0) {
            throw refused("has the input " + name + " as " + tensor.dataType + " " + tensor.shape + ", must be " + type
                    + " [any, " + (width < 0 ? "units" : width) + "]");
        }
        return tensor;
    }

    private Signature.TensorDescription column(String name, Signature.@Nullable TensorDescription tensor,
            Set<String> there) throws ModelArtefactException {
        if (tensor == null) {
            throw refused("has neither an output " + LOGIT + " nor " + PROBABILITY + ", only " + there);
        }
        int rank = tensor.shape.isUnknown() ? 1 : tensor.shape.numDimensions();
        boolean single = rank == 1 || (rank == 2 && (tensor.shape.get(1) == 1 || tensor.shape.get(1) < 0));
        if (tensor.dataType != DataType.DT_FLOAT || !single) {
            throw refused("has the output " + name + " as " + tensor.dataType + " " + tensor.shape
                    + ", must be DT_FLOAT [any] or [any, 1]");
        }
        return tensor;
    }

    private ModelArtefactException refused(String what) {
        return new ModelArtefactException(directory + ": signature " + Signature.DEFAULT_KEY + " " + what);
    }

    /** Units that a mask covers; 0 if the model has no mask input. */
    int units() {
        return units;
    }

    /**
     * Predicts rows.
     *
     * @param features [count * fields] table rows, row by row
     * @param masks    [count * units] what units are multiplied with, row by row; not looked at without a mask input
     * @param logits   [count], out: finite, -{@link #LOGIT_MAX} where the model gives no number
     * @throws IllegalStateException if the model gives another number of predictions than rows
     */
    void score(int[] features, float[] masks, int count, float[] logits) {
        Session.Runner runner = session.runner().fetch(outputName);
        try (TInt32 rows = TInt32.tensorOf(Shape.of(count, fields),
                DataBuffers.of(features, true, false).narrow((long) count * fields));
                TFloat32 factors = TFloat32.tensorOf(Shape.of(count, units),
                        DataBuffers.of(masks, true, false).narrow((long) count * units))) {
            runner.feed(featuresName, rows);
            if (masksName != null) {
                runner.feed(masksName, factors);
            }
            try (Result result = runner.run()) {
                TFloat32 output = (TFloat32) result.get(0);
                if (output.size() != count) {
                    throw new IllegalStateException(
                            directory + ": gives " + output.shape() + " predictions for " + count + " rows");
                }
                output.copyTo(DataBuffers.of(logits, false, false).narrow(count));
            }
        }
        for (int i = 0; i < count; i++) {
            double logit = givesProbability ? StrictMath.log(logits[i] / (1.0 - logits[i])) : logits[i];
            logits[i] = Double.isNaN(logit) ? -LOGIT_MAX : (float) Math.clamp(logit, -LOGIT_MAX, LOGIT_MAX);
        }
    }

    @Override
    public void close() {
        bundle.close();
    }
}
