package io.sextant.model.ctr;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * Somebody else's net: a TensorFlow SavedModel, run by TensorFlow. It predicts, and where its signature has the input
 * {@code masks} it predicts under dropout masks; it gives no gradients and knows nothing of rows. Its signature
 * {@code serving_default} has:
 *
 * <ul>
 * <li>input {@code features}, int32 [n, fields]: each row's table rows by the bidder's {@link FeatureSchema}, request fields
 * first, field by field. A request without its ad has every ad field at its {@link FeatureSchema#maskIndex};
 * <li>input {@code masks}, optional, float [n, units]: what each row multiplies the outputs of its hidden units with, 1 in
 * plain predictions, else 0 or 1 / (1 - drop rate);
 * <li>output {@code logit} or {@code probability}, float [n] or [n, 1].
 * </ul>
 *
 * <p>
 * Beside the model may lie the files {@code version}, a whole number from 0 to 10^10 - 1, or else it is 1, and
 * {@code drop-rate}, above 0 and below 1, or else it is 0.2. Every call copies its rows into native memory and runs in the
 * calling thread.
 */
public final class SavedModelCtrModel implements CtrModel {
    private static final double DROP_RATE = 0.2;
    private static final double VERSION_MAX = 9_999_999_999.0;
    /** Rows of one call of TensorFlow at least, so that dropout passes are not run one by one. */
    private static final int BLOCK = 64;

    private final SavedModelNet net;
    private final ModelDescription description;
    private final @Nullable MaskBank bank;
    private final FeatureSchema schema;

    private SavedModelCtrModel(SavedModelNet net, ModelDescription description) {
        this.net = net;
        this.description = description;
        this.schema = description.schema();
        this.bank = net.units() == 0 ? null
                : new MaskBank(description.masks(), net.units(), description.dropRate(), description.maskSeed());
    }

    /**
     * Loads, checks and tries a SavedModel. Cold. The caller closes it.
     *
     * @param directory the one that holds {@code saved_model.pb}
     * @param arm       the arm that bids with it
     * @param schema    the features that requests are encoded in
     * @param options   threads of the TensorFlow session
     * @throws ModelArtefactException if it must not be served; the message names the directory and what is wrong
     * @throws IOException            if it cannot be read
     */
    public static SavedModelCtrModel load(Path directory, String arm, FeatureSchema schema, TensorFlowOptions options)
            throws IOException {
        long version = (long) number(directory, "version", 1, value -> value >= 0 && value <= VERSION_MAX
                && value == Math.rint(value), "a whole number from 0 to 9999999999");
        double dropRate = number(directory, "drop-rate", DROP_RATE, value -> value > 0 && value < 1,
                "above 0 and below 1");
        SavedModelNet net = new SavedModelNet(directory, schema.size(), options);
        try {
            boolean drops = net.units() > 0;
            long epoch = Hashing.xxh3_64().hashStream().putLong(schema.fingerprint()).putDouble(dropRate)
                    .putBytes(Files.readAllBytes(directory.resolve("saved_model.pb"))).getAsLong() >>> 1;
            SavedModelCtrModel model = new SavedModelCtrModel(net, new ModelDescription(arm, version, -1, schema, 0,
                    drops ? List.of(net.units()) : List.of(), drops ? dropRate : 0, drops ? MaskBank.MASKS_MIN : 0,
                    version, 0, epoch, 0, 0, 0));
            WarmUp.once(model);
            return model;
        } catch (TensorFlowException | IllegalStateException e) {
            net.close();
            throw new ModelArtefactException(directory + ": the SavedModel does not predict: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            net.close();
            throw e;
        }
    }

    private static double number(Path directory, String name, double otherwise, DoublePredicate range, String what)
            throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            return otherwise;
        }
        String text = Files.readString(file).strip();
        try {
            double value = Double.parseDouble(text);
            if (range.test(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new ModelArtefactException(file + ": \"" + text + "\" must be " + what, e);
        }
        throw new ModelArtefactException(file + ": \"" + text + "\" must be " + what);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public boolean can(Ability ability) {
        return ability == Ability.MASKS && bank != null;
    }

    @Override
    public AdParts prepare(AdTable ads) {
        if (ads.schema().fingerprint() != schema.fingerprint()) {
            throw new IllegalArgumentException("the ads are of " + ads.schema() + ", the model reads " + schema);
        }
        return new Parts(this, ads);
    }

    @Override
    public CtrScratch newScratch(int candidatesMax) {
        return new Rows(this, candidatesMax);
    }

    @Override
    public void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        if (!(ads instanceof Parts parts && parts.owner == this)) {
            throw new IllegalArgumentException("these ads were prepared by another model");
        }
        Rows own = own(scratch);
        own.ads = parts.ads;
        own.batch = batch;
    }

    @Override
    public void score(CtrScratch scratch, float[] logits) {
        Rows own = own(scratch);
        scoreRows(own.all, own.batch().size(), scratch, logits);
    }

    @Override
    public void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits) {
        Rows own = own(scratch);
        for (int from = 0; from < count; from += own.rowsMax()) {
            int block = Math.min(own.rowsMax(), count - from);
            for (int i = 0; i < block; i++) {
                own.look(rows[from + i], i);
            }
            run(own, own.ones, block, logits, from);
        }
    }

    @Override
    public void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        MaskBank drawn = bank;
        if (drawn == null) {
            throw new UnsupportedOperationException("the SavedModel of arm " + description.arm() + " has no masks");
        }
        Rows own = own(scratch);
        int units = drawn.units();
        int total = count * passes;
        for (int from = 0; from < total; from += own.rowsMax()) {
            int block = Math.min(own.rowsMax(), total - from);
            for (int i = 0; i < block; i++) {
                own.look(rows[(from + i) / passes], i);
                System.arraycopy(drawn.values(), masks[from + i] * units, own.masks, i * units, units);
            }
            run(own, own.masks, block, logits, from);
        }
    }

    private void run(Rows own, float[] masks, int count, float[] logits, int at) {
        net.score(own.indices, masks, count, own.logits);
        System.arraycopy(own.logits, 0, logits, at, count);
    }

    @Override
    public double requestRowVariance(CtrScratch scratch) {
        throw onlyPredicts();
    }

    @Override
    public void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances) {
        throw onlyPredicts();
    }

    @Override
    public void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients) {
        throw onlyPredicts();
    }

    @Override
    public void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        throw onlyPredicts();
    }

    @Override
    public void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits) {
        throw onlyPredicts();
    }

    @Override
    public void gate(int[] rows, int count, CtrScratch scratch, float[] logits) {
        throw onlyPredicts();
    }

    private UnsupportedOperationException onlyPredicts() {
        return new UnsupportedOperationException(
                "arm " + description.arm() + " bids with a SavedModel, which only predicts");
    }

    private Rows own(CtrScratch scratch) {
        if (scratch instanceof Rows rows && rows.owner == this) {
            return rows;
        }
        throw new IllegalArgumentException("this scratch was made by another model");
    }

    @Override
    public void close() {
        net.close();
    }

    /** TensorFlow computes everything anew for every request. */
    private record Parts(SavedModelCtrModel owner, AdTable ads) implements AdParts {}

    /** The impression, and the rows of one call. */
    private static final class Rows implements CtrScratch {
        private final SavedModelCtrModel owner;
        /** The numbers of all rows. */
        private final int[] all;
        private final int[] indices;
        private final float[] masks;
        private final float[] ones;
        private final float[] logits;
        private @Nullable AdTable ads;
        private @Nullable FeatureBatch batch;

        Rows(SavedModelCtrModel owner, int candidatesMax) {
            int rowsMax = Math.max(BLOCK, candidatesMax);
            this.owner = owner;
            this.all = IntStream.range(0, rowsMax).toArray();
            this.indices = new int[rowsMax * owner.schema.size()];
            this.masks = new float[Math.multiplyExact(rowsMax, owner.net.units())];
            this.ones = new float[masks.length];
            this.logits = new float[rowsMax];
            Arrays.fill(ones, 1);
        }

        int rowsMax() {
            return logits.length;
        }

        FeatureBatch batch() {
            return Objects.requireNonNull(batch, "begin comes first");
        }

        /** Lays the features of a row out as row {@code at} of the call. */
        void look(int row, int at) {
            AdTable table = Objects.requireNonNull(ads, "begin comes first");
            int[] request = batch().request;
            int start = at * owner.schema.size();
            System.arraycopy(request, 0, indices, start, request.length);
            table.copy(row == MASKED ? table.masked() : batch().ads[row], indices, start + request.length);
        }

        @Override
        public void close() {
            // Plain arrays: nothing to give back.
        }
    }
}
