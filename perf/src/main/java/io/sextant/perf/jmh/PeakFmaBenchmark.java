package io.sextant.perf.jmh;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The most multiply-adds that one core does: nothing but fused multiply-adds on registers, in twelve chains that do not
 * wait for each other. A core starts up to two a cycle and finishes each after four or five, so ten chains or more keep it
 * busy; with their two factors, twelve stay within the sixteen registers of a core without AVX-512.
 *
 * <p>
 * {@code ./sextant bench engine}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeakFmaBenchmark {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int ROUNDS = 4_096;

    // Fields, so that the compiler does not know the products: near 1, and a fixed point near 1 too.
    private float factor = 0.999f;
    private float summand = 0.001f;

    /** Floating-point operations of one call; a multiply-add is two. */
    public static long operations() {
        return 2L * CHAINS * ROUNDS * SPECIES.length();
    }

    /** Floats in a register of the width that the JVM prefers here. */
    public static int lanes() {
        return SPECIES.length();
    }

    /** Lets the compiler finish. */
    @Setup
    public void warmUp() {
        Steady.reach(this::multiplyAdd);
    }

    /** {@link #operations} on registers. */
    @Benchmark
    public float multiplyAdd() {
        FloatVector a = FloatVector.broadcast(SPECIES, factor);
        FloatVector b = FloatVector.broadcast(SPECIES, summand);
        FloatVector c0 = a.mul(0.1f);
        FloatVector c1 = a.mul(0.2f);
        FloatVector c2 = a.mul(0.3f);
        FloatVector c3 = a.mul(0.4f);
        FloatVector c4 = a.mul(0.5f);
        FloatVector c5 = a.mul(0.6f);
        FloatVector c6 = a.mul(0.7f);
        FloatVector c7 = a.mul(0.8f);
        FloatVector c8 = a.mul(0.9f);
        FloatVector c9 = a.mul(1.1f);
        FloatVector c10 = a.mul(1.2f);
        FloatVector c11 = a.mul(1.3f);
        for (int round = 0; round < ROUNDS; round++) {
            c0 = c0.fma(a, b);
            c1 = c1.fma(a, b);
            c2 = c2.fma(a, b);
            c3 = c3.fma(a, b);
            c4 = c4.fma(a, b);
            c5 = c5.fma(a, b);
            c6 = c6.fma(a, b);
            c7 = c7.fma(a, b);
            c8 = c8.fma(a, b);
            c9 = c9.fma(a, b);
            c10 = c10.fma(a, b);
            c11 = c11.fma(a, b);
        }
        FloatVector low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        FloatVector high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
        return low.add(high).lane(0);
    }
}
