package io.sextant.model.training;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RowKernelsTest {
    private static final int SIZE = 16;
    private static final int FIELDS = 5;

    @Property(tries = 20, seed = "20261122")
    void shouldGiveTheSameBitsInVectorsAndInPlainJava(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] table = random(random, 40 * SIZE);
        int[] rows = random.ints(FIELDS + 3, 0, 40).toArray();
        float[] sums = new float[SIZE + 2];
        float[] vectorSums = new float[SIZE + 2];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_FLOAT, 100);
            MemorySegment vectorOut = arena.allocate(JAVA_FLOAT, 100);
            float pairs = new PlainRows().gather(table, rows, 3, FIELDS, SIZE, out, 8, sums, 2);
            assertThat(new VectorRows().gather(table, rows, 3, FIELDS, SIZE, vectorOut, 8, vectorSums, 2))
                    .isEqualTo(pairs).isCloseTo(pairs(table, rows), within(1e-4f));
            assertThat(vectorSums).isEqualTo(sums);
            assertThat(vectorOut.mismatch(out)).isEqualTo(-1);

            MemorySegment net = MemorySegment.ofArray(random(random, 100));
            float[][] gradients = new float[FIELDS][SIZE + 4];
            float[][] vectorGradients = new float[FIELDS][SIZE + 4];
            new PlainRows().gradient(net, 6, 0.37f, sums, 2, SIZE, gradients, 4);
            new VectorRows().gradient(net, 6, 0.37f, sums, 2, SIZE, vectorGradients, 4);
            assertThat(vectorGradients).isDeepEqualTo(gradients);

            float[] total = random(random, SIZE + 3);
            float[] vectorTotal = total.clone();
            for (boolean first : new boolean[]{false, true}) {
                new PlainRows().add(first, table, 7, SIZE, total, 3);
                new VectorRows().add(first, table, 7, SIZE, vectorTotal, 3);
                assertThat(vectorTotal).isEqualTo(total);
            }

            float[] values = random(random, SIZE + 5);
            float[] squares = squares(random, SIZE + 5);
            float[] vectorValues = values.clone();
            float[] vectorSquares = squares.clone();
            float[] expectedValues = values.clone();
            float[] expectedSquares = squares.clone();
            step(expectedValues, expectedSquares, table);
            new PlainRows().step(values, squares, 5, table, 7, SIZE, 0.02f, 0.3f);
            new VectorRows().step(vectorValues, vectorSquares, 5, table, 7, SIZE, 0.02f, 0.3f);
            assertThat(vectorValues).isEqualTo(values).containsExactly(expectedValues, within(1e-5f));
            assertThat(vectorSquares).isEqualTo(squares).containsExactly(expectedSquares, within(1e-4f));
        }
    }

    private static float[] squares(SplittableRandom random, int count) {
        float[] values = random(random, count);
        for (int i = 0; i < count; i++) {
            values[i] = 0.1f + values[i] * values[i];
        }
        return values;
    }

    /* AdaGrad with weight decay, in doubles. */
    private static void step(float[] values, float[] squares, float[] gradients) {
        for (int k = 0; k < SIZE; k++) {
            double gradient = gradients[7 + k] + 0.3 * values[5 + k];
            double square = squares[5 + k] + gradient * gradient;
            squares[5 + k] = (float) square;
            values[5 + k] = (float) (values[5 + k] - 0.02 * gradient / Math.sqrt(square));
        }
    }

    private static float pairs(float[] table, int[] rows) {
        double sum = 0;
        for (int a = 0; a < FIELDS; a++) {
            for (int b = 0; b < a; b++) {
                for (int k = 0; k < SIZE; k++) {
                    sum += (double) table[rows[3 + a] * SIZE + k] * table[rows[3 + b] * SIZE + k];
                }
            }
        }
        return (float) sum;
    }

    private static float[] random(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void shouldDropTheShareOfUnitsThatIsAskedForAndNoTwoRowsAlike() {
        int width = 250;
        int rows = 4_000;
        double[] ofUnit = new double[width];
        double together = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment plain = arena.allocate(JAVA_FLOAT, 256);
            MemorySegment vectors = arena.allocate(JAVA_FLOAT, 256);
            DropoutDraws plainDraws = new DropoutDraws(9, 0.2, new PlainRows());
            DropoutDraws vectorDraws = new DropoutDraws(9, 0.2, new VectorRows());
            for (int row = 0; row < rows; row++) {
                plainDraws.fill(row / 100, row % 100, 1, width, plain, 3);
                vectorDraws.fill(row / 100, row % 100, 1, width, vectors, 3);
                assertThat(vectors.mismatch(plain)).isEqualTo(-1);
                for (int unit = 0; unit < width; unit++) {
                    float factor = plain.getAtIndex(JAVA_FLOAT, 3L + unit);
                    assertThat(factor).isIn(0f, 1.25f);
                    ofUnit[unit] += factor == 0 ? 1.0 / rows : 0;
                }
                together += plain.getAtIndex(JAVA_FLOAT, 3) == 0 && plain.getAtIndex(JAVA_FLOAT, 4) == 0 ? 1.0 / rows
                        : 0;
            }
        }
        double sum = 0;
        for (double share : ofUnit) {
            sum += share;
            // five standard errors
            assertThat(share).isCloseTo(0.2, within(5 * Math.sqrt(0.16 / rows)));
        }
        assertThat(sum / width).isCloseTo(0.2, within(4 * Math.sqrt(0.16 / rows / width)));
        assertThat(together).isCloseTo(0.04, within(4 * Math.sqrt(0.04 * 0.96 / rows)));
    }
}
