package io.sextant.model.ctr;

import java.util.Arrays;

/**
 * An array of floats with a name and a shape, row-major. The array is shared, not copied.
 */
public final class NamedTensor {
    private final String name;
    private final int[] shape;
    private final float[] data;

    /**
     * Names an array.
     *
     * @param name  name in the file
     * @param data  the values, not copied
     * @param shape dimensions, outermost first; their product is the length of {@code data}
     * @throws IllegalArgumentException if shape and length disagree
     */
    public NamedTensor(String name, float[] data, int... shape) {
        long size = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        if (size != data.length) {
            throw new IllegalArgumentException("tensor " + name + ": shape " + Arrays.toString(shape) + " has " + size
                    + " elements, the data " + data.length);
        }
        this.name = name;
        this.data = data;
        this.shape = shape.clone();
    }

    /** Name in the file. */
    public String name() {
        return name;
    }

    /** The values themselves; whoever writes to them changes the tensor. */
    public float[] data() {
        return data;
    }

    /** Dimensions, outermost first. */
    public int[] shape() {
        return shape.clone();
    }
}
