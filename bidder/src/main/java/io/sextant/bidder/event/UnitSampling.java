package io.sextant.bidder.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * Which units of allocation the bidder tells the fleet of, so that reports can check that every arm got its share of them;
 * key {@code events.units}.
 *
 * @param sampleOneIn one unit in this many, chosen by its hash, so that all bidders choose the same; a power of two up to
 *                    2048, or 0 for none
 * @param max         units an arm and second that are told; more are dropped and counted
 */
public record UnitSampling(@Min(0) @Max(UnitSampling.ONE_IN_MAX) int sampleOneIn, @Min(1) @Max(1_000_000) int max) {
    /** The arm is drawn from the hash's other bits; those that the sample goes by must not be among them. */
    static final int ONE_IN_MAX = 1 << 11;

    /** Checks that the share is one that bits can be drawn by. */
    public UnitSampling {
        if (Integer.bitCount(sampleOneIn) > 1) {
            throw new IllegalArgumentException("sample-one-in is " + sampleOneIn + ", must be a power of two, or 0");
        }
    }

    /** Tells of no units. */
    public static UnitSampling none() {
        return new UnitSampling(0, 1);
    }

    boolean samples(long unitHash) {
        return sampleOneIn > 0 && (unitHash & (sampleOneIn - 1)) == 0;
    }
}
