package io.sextant.model.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The vectors of this process against plain Java; the other widths are seen to in {@link BitIdentityTest}. */
class KernelsTest {
    private static final int UNIT = Kernels.WIDTH_UNIT;
    private static final int SLACK = Kernels.SLACK;
    /** Stands where a kernel has no business to write. */
    private static final float UNTOUCHED = 12345.678f;
    private static final int TRIES = 150;

    private final Kernels plain = new PlainKernels();
    private final Kernels vector = new VectorKernels();

    @Property(tries = TRIES, seed = "1")
    void shouldProjectTheSameBitsAndCloseToADoubleLoop(@ForAll long seed, @ForAll KernelNumbers numbers,
            @ForAll @IntRange(min = 1, max = 40) int rows, @ForAll @IntRange(min = 1, max = 300) int inputs,
            @ForAll @IntRange(min = 1, max = 4) int units, @ForAll boolean some, @ForAll boolean rectify) {
        SplittableRandom random = new SplittableRandom(seed);
        int outputs = units * UNIT;
        int[] list = some
                ? IntStream.range(0, inputs).filter(_ -> random.nextInt(3) > 0).toArray()
                : Kernels.everything(inputs);
        int count = list.length;
        int stride = count + random.nextInt(20);
        int xAt = random.nextInt(9);
        int outAt = random.nextInt(9);
        float[] x = numbers.array(xAt + rows * stride, random);
        float[] w = KernelNumbers.ORDINARY.array(inputs * outputs, random);
        float[] init = numbers.array(outputs, random);

        float[] out = same(outAt, rows * outputs, (kernels, result) -> kernels.project(x, xAt, stride, rows, list,
                count, w, inputs, init, outputs, rectify, result, outAt));

        double worst = 0;
        for (int row = 0; row < rows; row++) {
            for (int output = 0; output < outputs; output++) {
                double sum = init[output];
                double size = Math.abs(sum);
                for (int k = 0; k < count; k++) {
                    double product = (double) x[xAt + row * stride + k]
                            * w[output / Kernels.PANEL * Kernels.PANEL * inputs + list[k] * Kernels.PANEL
                                    + output % Kernels.PANEL];
                    sum += product;
                    size += Math.abs(product);
                }
                if (size < Float.MAX_VALUE) {
                    // Every one of count roundings is off by half an ulp of a partial sum at most.
                    double tolerance = size * (count + 1) * 0x1p-24 + (count + 1) * (double) Float.MIN_VALUE;
                    double expected = rectify ? Math.max(0, sum) : sum;
                    worst = Math.max(worst, Math.abs(out[outAt + row * outputs + output] - expected) / tolerance);
                }
            }
        }
        assertThat(worst).isLessThanOrEqualTo(1);
    }

    @Property(tries = TRIES, seed = "1")
    void shouldLeaveTheSameColumnsOutAndKeepTheProduct(@ForAll long seed, @ForAll KernelNumbers numbers,
            @ForAll @IntRange(min = 1, max = 40) int rows, @ForAll @IntRange(min = 1, max = 5) int inputUnits,
            @ForAll @IntRange(min = 1, max = 3) int units) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = inputUnits * UNIT;
        int outputs = units * UNIT;
        int xAt = random.nextInt(9);
        float[] x = numbers.array(xAt + rows * width, random);
        float share = random.nextFloat();
        IntStream.range(0, width).filter(_ -> random.nextFloat() < share)
                .forEach(column -> IntStream.range(0, rows).forEach(row -> x[xAt + row * width + column] = 0));
        float[] w = KernelNumbers.ORDINARY.array(width * outputs, random);
        float[] init = new float[outputs];

        long[] bits = new long[inputUnits];
        long[] otherBits = new long[inputUnits];
        int[] list = new int[width];
        int[] otherList = new int[width];
        int count = plain.active(x, xAt, rows, width, bits, list);
        assertThat(vector.active(x, xAt, rows, width, otherBits, otherList)).isEqualTo(count);
        assertThat(otherBits).isEqualTo(bits);
        assertThat(otherList).isEqualTo(list);
        assertThat(Arrays.copyOf(list, count)).containsExactly(IntStream.range(0, width)
                .filter(column -> IntStream.range(0, rows)
                        .anyMatch(row -> Float.floatToRawIntBits(x[xAt + row * width + column]) != 0))
                .toArray());

        float[] compacted = new float[rows * width + SLACK];
        float[] otherCompacted = new float[rows * width + SLACK];
        plain.compact(x, xAt, rows, width, bits, compacted);
        vector.compact(x, xAt, rows, width, bits, otherCompacted);
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < count; k++) {
                int kept = bits(x[xAt + row * width + list[k]]);
                assertThat(bits(compacted[row * width + k])).isEqualTo(kept);
                assertThat(bits(otherCompacted[row * width + k])).isEqualTo(kept);
            }
        }

        float[] selected = same(0, count * outputs,
                (kernels, result) -> kernels.select(w, width, outputs, list, count, result));

        int[] all = Kernels.everything(width);
        float[] whole = same(0, rows * outputs, (kernels, result) -> kernels.project(x, xAt, width, rows, all, width, w,
                width, init, outputs, false, result, 0));
        float[] listed = same(0, rows * outputs, (kernels, result) -> kernels.project(compacted, 0, width, rows, list,
                count, w, width, init, outputs, false, result, 0));
        float[] packed = same(0, rows * outputs, (kernels, result) -> kernels.project(compacted, 0, width, rows, all,
                count, selected, count, init, outputs, false, result, 0));
        // A product that underflows to −0 may lose its sign where another 0 is added.
        assertThat(listed).usingComparator(KernelsTest::compareValues).isEqualTo(whole);
        assertThat(packed).usingComparator(KernelsTest::compareValues).isEqualTo(whole);
    }

    @Property(tries = TRIES, seed = "1")
    void shouldAddTheFirstLayersPartsTheSame(@ForAll long seed, @ForAll KernelNumbers numbers,
            @ForAll @IntRange(min = 1, max = 5) int units, @ForAll boolean displaced) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = units * UNIT;
        int adAt = random.nextInt(9);
        int outAt = random.nextInt(9);
        float[] request = numbers.array(width, random);
        float[] ad = numbers.array(adAt + width, random);
        float[] third = numbers.array(width, random);

        float[] out = same(outAt, width, (kernels, result) -> {
            if (displaced) {
                System.arraycopy(third, 0, result, outAt, width);
            }
            kernels.first(request, ad, adAt, displaced, width, result, outAt);
        });

        for (int i = 0; i < width; i++) {
            float sum = request[i] + ad[adAt + i];
            sum = displaced ? sum + third[i] : sum;
            assertThat(bits(out[outAt + i])).isEqualTo(bits(sum <= 0 ? 0 : sum));
        }
    }

    @Property(tries = TRIES, seed = "1")
    void shouldDropTheSameUnits(@ForAll long seed, @ForAll KernelNumbers numbers,
            @ForAll @IntRange(min = 1, max = 5) int units, @ForAll boolean inPlace) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = units * UNIT;
        int maskAt = random.nextInt(3);
        int xAt = random.nextInt(9);
        int outAt = inPlace ? xAt : random.nextInt(9);
        float[] x = numbers.array(xAt + width, random);
        long[] mask = random.longs((long) maskAt + units).toArray();

        float[] out = same(outAt, width, (kernels, result) -> {
            if (inPlace) {
                System.arraycopy(x, xAt, result, xAt, width);
            }
            kernels.drop(inPlace ? result : x, xAt, mask, maskAt, 1.25f, width, result, outAt);
        });

        for (int i = 0; i < width; i++) {
            boolean kept = (mask[maskAt + i / 64] & 1L << i % 64) != 0;
            assertThat(bits(out[outAt + i])).isEqualTo(kept ? bits(x[xAt + i] * 1.25f) : 0);
        }
    }

    @Property(tries = TRIES, seed = "1")
    void shouldGateTheSameUnits(@ForAll long seed, @ForAll KernelNumbers numbers,
            @ForAll @IntRange(min = 1, max = 5) int units, @ForAll boolean inPlace) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = units * UNIT;
        int xAt = random.nextInt(9);
        int activationAt = random.nextInt(9);
        int outAt = inPlace ? xAt : random.nextInt(9);
        float[] x = numbers.array(xAt + width, random);
        float[] activation = numbers.array(activationAt + width, random);

        float[] out = same(outAt, width, (kernels, result) -> {
            if (inPlace) {
                System.arraycopy(x, xAt, result, xAt, width);
            }
            kernels.gate(inPlace ? result : x, xAt, activation, activationAt, width, result, outAt);
        });

        for (int i = 0; i < width; i++) {
            assertThat(bits(out[outAt + i])).isEqualTo(activation[activationAt + i] > 0 ? bits(x[xAt + i]) : 0);
        }
    }

    @Property(tries = TRIES, seed = "1")
    void shouldMultiplyVectorsInSixteenParts(@ForAll long seed, @ForAll KernelNumbers numbers,
            @ForAll @IntRange(min = 1, max = 20) int parts, @ForAll @IntRange(min = 1, max = 40) int rows) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = parts * Kernels.PARTS;
        int xAt = random.nextInt(9);
        int yAt = random.nextInt(9);
        int partsAt = random.nextInt(9);
        float[] x = numbers.array(xAt + rows * width, random);
        float[] y = KernelNumbers.ORDINARY.array(yAt + width, random);
        float[] start = numbers.array(rows * Kernels.PARTS, random);

        float[] dots = same(partsAt, Kernels.PARTS,
                (kernels, result) -> kernels.dot(x, xAt, y, yAt, width, result, partsAt));
        float[] added = same(0, rows * Kernels.PARTS, (kernels, result) -> {
            System.arraycopy(start, 0, result, 0, start.length);
            kernels.addDots(x, xAt, rows, y, width, result);
        });

        for (int part = 0; part < Kernels.PARTS; part++) {
            float dot = x[xAt + part] * y[yAt + part];
            for (int i = part + Kernels.PARTS; i < width; i += Kernels.PARTS) {
                dot = Math.fma(x[xAt + i], y[yAt + i], dot);
            }
            assertThat(bits(dots[partsAt + part])).isEqualTo(bits(dot));
            for (int row = 0; row < rows; row++) {
                float sum = start[row * Kernels.PARTS + part];
                for (int i = part; i < width; i += Kernels.PARTS) {
                    sum = Math.fma(x[xAt + row * width + i], y[i], sum);
                }
                assertThat(bits(added[row * Kernels.PARTS + part])).isEqualTo(bits(sum));
            }
        }
    }

    @Property(tries = TRIES, seed = "1")
    void shouldAddPartsByHalves(@ForAll long seed, @ForAll KernelNumbers numbers) {
        float[] parts = numbers.array(3 * Kernels.PARTS, new SplittableRandom(seed));

        float[] halved = Arrays.copyOfRange(parts, Kernels.PARTS, 2 * Kernels.PARTS);
        for (int half = Kernels.PARTS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                halved[i] += halved[i + half];
            }
        }

        assertThat(bits(Kernels.total(parts, 1))).isEqualTo(bits(halved[0]));
    }

    @Test
    void shouldPadToWholeUnits() {
        assertThat(Kernels.padded(1)).isEqualTo(64);
        assertThat(Kernels.padded(64)).isEqualTo(64);
        assertThat(Kernels.padded(65)).isEqualTo(128);
        assertThat(Kernels.everything(3)).containsExactly(0, 1, 2);
    }

    /**
     * What both kernels write, which must be the same bits, into [at, at + length) and nowhere else but the slack.
     */
    private float[] same(int at, int length, BiConsumer<Kernels, float[]> call) {
        float[] expected = new float[at + length + 2 * SLACK];
        float[] actual = new float[expected.length];
        Arrays.fill(expected, UNTOUCHED);
        Arrays.fill(actual, UNTOUCHED);
        call.accept(plain, expected);
        call.accept(vector, actual);
        for (float[] out : new float[][]{expected, actual}) {
            for (int i = 0; i < out.length; i++) {
                if (i < at || i >= at + length + SLACK) {
                    assertThat(out[i]).as("float %d, outside of [%d, %d)", i, at, at + length).isEqualTo(UNTOUCHED);
                }
            }
        }
        int[] expectedBits = bitsOf(expected, at, length);
        assertThat(bitsOf(actual, at, length)).isEqualTo(expectedBits);
        return expected;
    }

    private static int[] bitsOf(float[] values, int at, int length) {
        return IntStream.range(at, at + length).map(i -> bits(values[i])).toArray();
    }

    /** Tells 0 from −0; all NaNs are one, for which of them an operation gives is the processor's affair. */
    private static int bits(float value) {
        return Float.floatToIntBits(value);
    }

    /** 0 where the written parts are equal, −0 being 0. */
    private static int compareValues(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            if (!(a[i] == b[i] || (Float.isNaN(a[i]) && Float.isNaN(b[i])))) {
                return 1;
            }
        }
        return 0;
    }
}
