package io.sextant.model.array;

import java.util.SplittableRandom;

/** Floats of every kind that a kernel may meet. */
enum KernelNumbers {
    /** Between −2 and 2. */
    ORDINARY {
        @Override
        float next(SplittableRandom random) {
            return (float) random.nextDouble(-2, 2);
        }
    },
    /** As a ReLU leaves them: mostly 0; sometimes −0, which is not the same. */
    RECTIFIED {
        @Override
        float next(SplittableRandom random) {
            int kind = random.nextInt(10);
            return kind < 7 ? 0 : kind == 7 ? -0f : (float) random.nextDouble(2);
        }
    },
    /** From the smallest subnormal to what overflows when two of it are multiplied, both zeros. */
    EXTREME {
        @Override
        float next(SplittableRandom random) {
            float sign = random.nextBoolean() ? 1 : -1;
            return switch (random.nextInt(5)) {
                case 0 -> sign * 0f;
                case 1 -> sign * Float.MIN_VALUE * random.nextInt(1, 1 << 23);
                case 2 -> sign * Float.MIN_NORMAL * (float) random.nextDouble(0.5, 4);
                case 3 -> sign * Math.scalb(1 + random.nextFloat(), random.nextInt(-120, 60));
                default -> sign * random.nextFloat();
            };
        }
    },
    /** Now and then an infinity, NaN or the largest float. */
    UNREAL {
        @Override
        float next(SplittableRandom random) {
            return switch (random.nextInt(200)) {
                case 0 -> Float.NaN;
                case 1 -> Float.POSITIVE_INFINITY;
                case 2 -> Float.NEGATIVE_INFINITY;
                case 3 -> Float.MAX_VALUE;
                case 4 -> -Float.MAX_VALUE;
                default -> ORDINARY.next(random);
            };
        }
    };

    abstract float next(SplittableRandom random);

    float[] array(int length, SplittableRandom random) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = next(random);
        }
        return values;
    }
}
