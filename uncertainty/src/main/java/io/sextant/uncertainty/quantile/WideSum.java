package io.sextant.uncertainty.quantile;

import java.math.BigInteger;

/**
 * A sum of 128 bits: no order of adding changes it, and no number of messages makes it overflow. Assumes one thread.
 */
final class WideSum {
    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
    private static final double TWO_TO_64 = 0x1p64;

    private long high;
    private long low;

    void add(long x) {
        add(x >> (Long.SIZE - 1), x);
    }

    void addProduct(long a, long b) {
        add(Math.multiplyHigh(a, b), a * b);
    }

    /**
     * Adds x · 2^scale, rounded down.
     *
     * @param x 0 or more, and x · 2^scale below 2^126
     */
    void addScaled(double x, int scale) {
        if (x < Double.MIN_NORMAL) {
            return;
        }
        long mantissa = (Double.doubleToRawLongBits(x) & MANTISSA) | (MANTISSA + 1);
        int shift = Math.getExponent(x) - MANTISSA_BITS + scale;
        if (shift <= -Long.SIZE) {
            return;
        }
        if (shift <= 0) {
            add(0, mantissa >>> -shift);
        } else if (shift < Long.SIZE) {
            add(mantissa >>> (Long.SIZE - shift), mantissa << shift);
        } else {
            add(mantissa << (shift - Long.SIZE), 0);
        }
    }

    void add(WideSum other) {
        add(other.high, other.low);
    }

    /** Adds the number whose upper and lower 64 bits these are. */
    void add(long otherHigh, long otherLow) {
        long sum = low + otherLow;
        high += otherHigh + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
        low = sum;
    }

    void clear() {
        high = 0;
        low = 0;
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    /** The nearest double, or one of its neighbours. */
    double toDouble() {
        if (high == low >> (Long.SIZE - 1)) {
            return low;
        }
        return high * TWO_TO_64 + ((low >>> 1) * 2.0 + (low & 1));
    }

    BigInteger toBigInteger() {
        BigInteger unsignedLow = BigInteger.valueOf(low >>> 1).shiftLeft(1).or(BigInteger.valueOf(low & 1));
        return BigInteger.valueOf(high).shiftLeft(Long.SIZE).or(unsignedLow);
    }
}
