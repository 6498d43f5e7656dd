package io.sextant.uncertainty.draw;

/**
 * Random numbers as a pure function of what they are for: the same key, purpose and counter give the same number in
 * every process and on every machine, whatever was drawn before. Thread-safe; allocates nothing.
 *
 * @implNote Philox4x32-10 of Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3". The
 *           decision key is the generator's key; its counter holds the caller's counter and the purpose. One block is
 *           computed a draw, and half of it used, so that no state has to be kept.
 */
public final class Draws {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long LOW_WORD = 0xFFFFFFFFL;

    private Draws() {}

    /**
     * 64 random bits.
     *
     * @param decisionKey what the decision is about, see {@link DecisionKey}
     * @param purpose     what the draw is for
     * @param counter     tells the draws of one purpose apart
     */
    public static long bits(long decisionKey, Purpose purpose, int counter) {
        return philox(counter, purpose.code(), 0, 0, (int) decisionKey, (int) (decisionKey >>> 32), false);
    }

    /** A number in [0, 1), a multiple of 2⁻⁵³. Parameters as of {@link #bits}. */
    public static double uniform(long decisionKey, Purpose purpose, int counter) {
        return (bits(decisionKey, purpose, counter) >>> 11) * 0x1p-53;
    }

    /**
     * A number from 0 to {@code bound} - 1. No value's probability is off by more than 2⁻⁶⁴ (the high half of a 64 × 31
     * bit product; nothing is drawn again, so the number of draws is known beforehand).
     *
     * @param bound above 0; other parameters as of {@link #bits}
     */
    public static int below(int bound, long decisionKey, Purpose purpose, int counter) {
        return (int) Math.unsignedMultiplyHigh(bits(decisionKey, purpose, counter), bound);
    }

    /**
     * A standard normal deviate. Parameters as of {@link #bits}.
     *
     * @implNote Marsaglia's polar method (Marsaglia and Bray 1964), one of the pair, a block of its own for every try of which
     *           0.785 succeed. {@link StrictMath}, because it gives the same bits on every machine; its cosine, which the
     *           method of Box and Muller takes, would allocate.
     */
    public static double normal(long decisionKey, Purpose purpose, int counter) {
        int key0 = (int) decisionKey;
        int key1 = (int) (decisionKey >>> 32);
        for (int attempt = 0;; attempt++) {
            double u = centred(philox(counter, purpose.code(), attempt, 0, key0, key1, false));
            double v = centred(philox(counter, purpose.code(), attempt, 0, key0, key1, true));
            double square = u * u + v * v;
            if (square > 0 && square < 1) {
                return u * Math.sqrt(-2 * StrictMath.log(square) / square);
            }
        }
    }

    /** In [-1, 1), a multiple of 2⁻⁵³. */
    private static double centred(long bits) {
        return (bits >> 10) * 0x1p-53;
    }

    /**
     * One half of a Philox4x32-10 block.
     *
     * @param upper whether words 2 and 3 are wanted, not words 0 and 1
     * @return the earlier word in the low half
     */
    static long philox(int counter0, int counter1, int counter2, int counter3, int key0, int key1, boolean upper) {
        int c0 = counter0;
        int c1 = counter1;
        int c2 = counter2;
        int c3 = counter3;
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW_WORD);
            long product1 = MULTIPLIER_1 * (c2 & LOW_WORD);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return upper ? (c2 & LOW_WORD) | ((long) c3 << 32) : (c0 & LOW_WORD) | ((long) c1 << 32);
    }
}
