package io.sextant.model.training;

import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How often and how lately each row of the embedding table was trained: who is admitted, who has expired, what of a row's
 * information is still believed. MASK and the missing value are always admitted and never expire.
 *
 * <p>
 * Threading: parts of different fields may run on several threads at once.
 */
/*
 * Time goes by whole hours of the examples' own time and never back. When an hour has passed, every row is looked at
 * once, between two steps: some ten nanoseconds a row and hour, and each row's information is always that of the same
 * hour. So the state is a function of the examples alone.
 */
final class RowLife {
    /** A count that floats hold exactly; it grows no further. */
    private static final float COUNT_MAX = 1 << 24;

    private final Weights weights;
    private final FeatureSchema schema;
    private final SparseAdaGrad optimiser;
    private final float admissionCount;
    private final long expireHours;
    private final double halfLifeHours;
    private final long seed;
    /** [rows] examples trained, saturating. */
    final float[] counts;
    /** [rows] hour of the last of them, since the epoch: exact in a float for centuries. */
    final float[] lastHours;
    /** The hour that information is as of; 0 before any is known. */
    private long hour;

    RowLife(Weights weights, SparseAdaGrad optimiser, TrainingConfig config) {
        RowRetention retention = config.retention();
        this.weights = weights;
        this.schema = weights.schema();
        this.optimiser = optimiser;
        this.admissionCount = retention.admissionCount();
        this.expireHours = retention.expireAfter().toHours();
        this.halfLifeHours = retention.halfLife().toSeconds() / (double) Duration.ofHours(1).toSeconds();
        this.seed = config.seed();
        this.counts = new float[schema.rows()];
        this.lastHours = new float[schema.rows()];
        admitKnown();
    }

    /** Rows that something is known of were admitted when it was learned. */
    final void admitKnown() {
        for (int row = 0; row < counts.length; row++) {
            counts[row] = weights.rowInformation[row] > 0 ? admissionCount : 0;
        }
        Arrays.fill(lastHours, (float) hour);
    }

    /** By name and shape, for the checkpoint; the arrays themselves. */
    List<NamedTensor> tensors() {
        return List.of(new NamedTensor("row.count", counts, counts.length),
                new NamedTensor("row.last-hour", lastHours, lastHours.length));
    }

    long hour() {
        return hour;
    }

    void restore(long savedHour) {
        hour = savedHour;
    }

    /** Whether an hour has passed, so that {@link #sweep} has to look at the rows before the next step. */
    boolean due(long nextHour) {
        return nextHour > hour;
    }

    /** Notes that every field has been swept. */
    void swept(long nextHour) {
        hour = nextHour;
    }

    /** Lets a field's rows age to {@code nextHour}: information is halved by its half-life, expired rows start anew. */
    void sweep(int field, long nextHour) {
        float kept = hour > 0 && halfLifeHours > 0 ? (float) Math.pow(0.5, (nextHour - hour) / halfLifeHours) : 1;
        int start = schema.maskIndex(field);
        int end = start + schema.fields().get(field).rows();
        float[] known = weights.rowInformation;
        for (int row = start; row < end; row++) {
            known[row] *= kept;
        }
        if (hour == 0) {
            // What was learned before there was a time counts as learned now.
            Arrays.fill(lastHours, start, end, (float) nextHour);
        }
        if (expireHours > 0) {
            for (int row = start + FeatureSchema.FIRST_VALUE; row < end; row++) {
                if (counts[row] > 0 && nextHour - (long) lastHours[row] >= expireHours) {
                    expire(row);
                }
            }
        }
    }

    private void expire(int row) {
        weights.reset(row, seed);
        optimiser.reset(row);
        counts[row] = 0;
    }

    /** Notes examples trained on a row; says whether it is admitted. */
    boolean touch(int row, int field, int examples) {
        counts[row] = Math.min(COUNT_MAX, counts[row] + examples);
        lastHours[row] = hour;
        return counts[row] >= admissionCount || row - schema.maskIndex(field) < FeatureSchema.FIRST_VALUE;
    }

    /** Rows that were trained and have not expired. */
    int live() {
        int live = 0;
        for (float count : counts) {
            live += count >= admissionCount ? 1 : 0;
        }
        return live;
    }
}
