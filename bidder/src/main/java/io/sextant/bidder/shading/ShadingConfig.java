package io.sextant.bidder.shading;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;

/**
 * How bids of first-price auctions are shaded; key {@code shading}.
 *
 * @param enabled      the switch; off, every bid is what the impression is worth
 * @param leastShare   no bid is shaded below this share of the value, 0 to 1
 * @param exploreShare share of auctions whose bid is drawn evenly between the least and the value, 0 to 1: without it, nobody
 *                     finds out that prices beyond the usual bids have changed
 * @param auctionsMin  auctions that must have been heard of before any bid is shaded, 1 or more
 * @param priorWeight  auctions that what is known of wider segments counts for in a narrower one, above 0
 * @param memory       auctions of a cell after which an auction counts for 1/e of a new one, 1 or more
 */
public record ShadingConfig(boolean enabled, @DecimalMin("0") @DecimalMax("1") double leastShare,
        @DecimalMin("0") @DecimalMax("1") double exploreShare, @Min(1) long auctionsMin,
        @DecimalMin(value = "0", inclusive = false) double priorWeight, @DecimalMin("1") double memory) {
    private static final double LEAST_SHARE = 0.2;
    private static final double EXPLORE_SHARE = 0.02;
    private static final long AUCTIONS_MIN = 1_000;
    private static final double PRIOR_WEIGHT = 50;
    private static final double MEMORY = 200_000;

    public ShadingConfig {
        if (!(leastShare >= 0 && leastShare <= 1) || !(exploreShare >= 0 && exploreShare <= 1) || auctionsMin < 1
                || !(priorWeight > 0) || !(memory >= 1)) {
            throw new IllegalArgumentException("shading: least share " + leastShare + " and explore share "
                    + exploreShare + " must be 0 to 1, auctions-min " + auctionsMin + " and memory " + memory
                    + " at least 1, prior weight " + priorWeight + " above 0");
        }
    }

    /** The defaults, switched on or off. */
    public static ShadingConfig standard(boolean enabled) {
        return new ShadingConfig(enabled, LEAST_SHARE, EXPLORE_SHARE, AUCTIONS_MIN, PRIOR_WEIGHT, MEMORY);
    }
}
