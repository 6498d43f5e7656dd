package io.sextant.abtesting.allocation;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.List;

/**
 * Puts units into arms by a salted hash: the same unit is always in the same arm, in every process, and units spread over
 * the arms by their shares. Immutable and thread-safe; allocates nothing.
 */
public final class ArmAllocator {
    private static final double SHARE_TOLERANCE = 1e-9;

    private final List<Arm> arms;
    private final Hasher64 hash;
    private final double[] upperBounds;

    /**
     * Prepares the allocation.
     *
     * @param salt changes who is in which arm; a new experiment takes a new salt
     * @throws IllegalArgumentException if there is no arm, a name appears twice, or the shares do not sum to 1
     */
    public ArmAllocator(List<Arm> arms, String salt) {
        this.arms = List.copyOf(arms);
        this.hash = Hashing.xxh3_64(Hashing.xxh3_64().hashCharsToLong(salt));
        this.upperBounds = new double[arms.size()];
        double sum = 0;
        for (int i = 0; i < upperBounds.length; i++) {
            sum += arms.get(i).share();
            upperBounds[i] = sum;
        }
        if (arms.isEmpty() || Math.abs(sum - 1) > SHARE_TOLERANCE) {
            throw new IllegalArgumentException("the arms' shares sum to " + sum + ", must be 1");
        }
        if (arms.stream().map(Arm::name).distinct().count() != arms.size()) {
            throw new IllegalArgumentException("arm names must be unique: " + arms);
        }
        upperBounds[upperBounds.length - 1] = Double.POSITIVE_INFINITY;
    }

    /** All arms, in the order of {@link #allocate}'s numbers. */
    public List<Arm> arms() {
        return arms;
    }

    /** The unit's hash under this experiment's salt; what reports may keep of a user. */
    public long unitHash(CharSequence unit) {
        return hash.hashCharsToLong(unit);
    }

    /** Number of the arm that a unit with this hash is in. */
    public int allocate(long unitHash) {
        double u = (unitHash >>> 11) * 0x1p-53;
        int arm = 0;
        while (u >= upperBounds[arm]) {
            arm++;
        }
        return arm;
    }
}
