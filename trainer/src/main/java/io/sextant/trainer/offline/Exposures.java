package io.sextant.trainer.offline;

import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How often training has seen what a request consists of: one field's value, or the rarest of all its values. */
public final class Exposures {
    /** The field that is looked at where the schema has it and nothing else is said. */
    public static final String FIELD = "site";
    /** Says that the rarest of the request's values counts. */
    public static final String RAREST = "rarest";

    private final FeatureSchema schema;
    private final float[] seen;
    private final int from;
    private final int to;
    private final boolean counted;

    private Exposures(FeatureSchema schema, float[] seen, int field, boolean counted) {
        this.schema = schema;
        this.seen = seen;
        this.from = field < 0 ? 0 : field;
        this.to = field < 0 ? schema.requestFields() : field + 1;
        this.counted = counted;
    }

    /** Counts the impressions before row {@code end}. */
    static Exposures counted(DataSet data, int end, int field) {
        float[] seen = new float[data.schema().rows()];
        int[] row = new int[data.schema().size()];
        for (int i = 0; i < end; i++) {
            data.features(i, row, 0);
            count(row, seen, 1);
        }
        return new Exposures(data.schema(), seen, field, true);
    }

    /**
     * Counts impressions.
     *
     * @param features [n * fields] table rows, impression by impression
     * @param weights  [n] 1, or -1 for one that is taken back
     * @param field    see {@link #field}
     */
    public static Exposures counted(FeatureSchema schema, int[] features, float[] weights, int field) {
        float[] seen = new float[schema.rows()];
        int fields = schema.size();
        for (int i = 0; i < weights.length; i++) {
            count(Arrays.copyOfRange(features, i * fields, (i + 1) * fields), seen, weights[i]);
        }
        return new Exposures(schema, seen, field, true);
    }

    private static void count(int[] row, float[] seen, float weight) {
        for (int index : row) {
            seen[index] += weight;
        }
    }

    /**
     * Estimates them from what a model knows of its rows.
     *
     * @param informationEach mean p(1 − p) of an impression, above 0
     */
    static Exposures estimated(Weights weights, double informationEach, int field) {
        float[] seen = new float[weights.rowInformation.length];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = (float) (weights.rowInformation[i] / informationEach);
        }
        return new Exposures(weights.schema(), seen, field, false);
    }

    /**
     * The place of the field to look at.
     *
     * @param wished its name, or {@link #RAREST}; empty for {@link #FIELD}, or the rarest if there is no such field
     * @return -1 for the rarest value
     * @throws DataException if there is no such field of the request
     */
    public static int field(FeatureSchema schema, Optional<String> wished) throws DataException {
        List<String> names = schema.fields().subList(0, schema.requestFields()).stream()
                .map(FeatureSchema.Field::name).toList();
        int place = names.indexOf(wished.orElse(FIELD));
        if (place < 0 && wished.isPresent() && !wished.get().equals(RAREST)) {
            throw new DataException("--exposure-field is \"" + wished.get() + "\", must be " + RAREST + " or one of "
                    + names);
        }
        return place;
    }

    /** Table row of the value that counts: the field's, or the rarest. */
    public int value(int[] request) {
        int rarest = request[from];
        for (int field = from + 1; field < to; field++) {
            rarest = seen[request[field]] < seen[rarest] ? request[field] : rarest;
        }
        return rarest;
    }

    /** Impressions in training that had this request's value. */
    public double of(int[] request) {
        return seen[value(request)];
    }

    /** What is counted, for people. */
    public String label() {
        return "impressions in training with the "
                + (to - from == 1 ? "same " + schema.fields().get(from).name() : "rarest value of the request")
                + (counted ? "" : " (estimated)");
    }
}
