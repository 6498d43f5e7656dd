package io.sextant.model.ctr;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * The dropout masks of one model version. A mask covers the units of all hidden layers; a unit's number is 0 with the drop
 * rate's probability, else 1 / (1 - drop rate), so that the mean over masks is 1. Without that scaling δ of eq. 8 would be
 * biased (Adversarial Gradient Driven Exploration, eq. 7, which masks weights; these masks are on units).
 *
 * <p>
 * Every number is a hash of seed, mask and unit: any process computes the same bank, in any order. Immutable.
 */
public final class MaskBank {
    /** Fewer masks would make draws of twenty repeat too often. */
    public static final int MASKS_MIN = 1_024;

    private static final int UNIFORM_BITS = 24;

    private final int masks;
    private final int units;
    private final float[] values;

    /**
     * Draws the bank.
     *
     * @param masks    number of masks, at least 1
     * @param units    hidden units, first layer first
     * @param dropRate 0 to below 1
     * @param seed     the same seed gives the same masks
     */
    public MaskBank(int masks, int units, double dropRate, long seed) {
        this.masks = masks;
        this.units = units;
        this.values = new float[Math.multiplyExact(masks, units)];
        Hasher64 hash = Hashing.xxh3_64(seed);
        long threshold = Math.round(dropRate * (1 << UNIFORM_BITS));
        float keep = (float) (1 / (1 - dropRate));
        for (int mask = 0; mask < masks; mask++) {
            for (int unit = 0; unit < units; unit++) {
                long uniform = hash.hashLongLongToLong(mask, unit) >>> (Long.SIZE - UNIFORM_BITS);
                values[mask * units + unit] = uniform < threshold ? 0 : keep;
            }
        }
    }

    /** The bank that belongs to an artefact. */
    public static MaskBank of(ModelDescription description) {
        Architecture architecture = description.architecture();
        return new MaskBank(description.masks(), architecture.hiddenUnits(), architecture.dropRate(),
                description.maskSeed());
    }

    /** Number of masks. */
    public int masks() {
        return masks;
    }

    /** Hidden units a mask covers, all layers together. */
    public int units() {
        return units;
    }

    /** What {@code mask} multiplies the output of {@code unit} with; units count through all layers. */
    public float value(int mask, int unit) {
        return values[mask * units + unit];
    }

    /** The whole bank, [masks * units]; shared, not to be written to. */
    float[] values() {
        return values;
    }
}
