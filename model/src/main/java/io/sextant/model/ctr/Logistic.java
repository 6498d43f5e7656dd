package io.sextant.model.ctr;

/**
 * From logit to probability, the same to the last bit on every machine: an exponential of our own, made of exactly rounded
 * operations only. Pure; allocates nothing.
 *
 * @implNote exp(x) = 2^k · exp(r) with k the integer nearest to x / ln 2 and r = x - k ln 2 within ±0.347, ln 2 in two
 *           parts; exp(r) by its Taylor polynomial of degree 13, whose remainder there is below 5e-18, in Horner's form with
 *           fused multiply-adds. e^x is within 1 ulp of the true one; the probability within 2.5, as with the JDK's own
 *           exponential, and it never falls from one float to the next.
 */
public final class Logistic {
    /** Beyond this the exponential is kept: e^-700 is a probability of 1e-304. */
    private static final double EXPONENT_MAX = 700;
    private static final double LOG2_E = 1.4426950408889634;
    /** The upper 33 bits of ln 2, so that its product with k is exact, and the rest. */
    private static final double LN2_HIGH = 0.6931471803691238;
    private static final double LN2_LOW = 1.9082149292705877E-10;
    private static final int EXPONENT_BIAS = 1023;
    private static final int MANTISSA_BITS = 52;

    private Logistic() {}

    /** 1 / (1 + e^-logit), 0 to 1; NaN for NaN. */
    public static double of(double logit) {
        return 1 / (1 + exp(-logit));
    }

    /** e^x; x beyond ±700 counts as ±700. */
    public static double exp(double x) {
        double bounded = Math.clamp(x, -EXPONENT_MAX, EXPONENT_MAX);
        double k = Math.rint(bounded * LOG2_E);
        double r = Math.fma(-k, LN2_LOW, Math.fma(-k, LN2_HIGH, bounded));
        double sum = Math.fma(r, 1.0 / 6227020800L, 1.0 / 479001600);
        sum = Math.fma(r, sum, 1.0 / 39916800);
        sum = Math.fma(r, sum, 1.0 / 3628800);
        sum = Math.fma(r, sum, 1.0 / 362880);
        sum = Math.fma(r, sum, 1.0 / 40320);
        sum = Math.fma(r, sum, 1.0 / 5040);
        sum = Math.fma(r, sum, 1.0 / 720);
        sum = Math.fma(r, sum, 1.0 / 120);
        sum = Math.fma(r, sum, 1.0 / 24);
        sum = Math.fma(r, sum, 1.0 / 6);
        sum = Math.fma(r, sum, 0.5);
        sum = Math.fma(r, sum, 1);
        sum = Math.fma(r, sum, 1);
        return sum * Double.longBitsToDouble(((long) k + EXPONENT_BIAS) << MANTISSA_BITS);
    }
}
