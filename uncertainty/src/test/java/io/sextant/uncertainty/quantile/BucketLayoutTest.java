package io.sextant.uncertainty.quantile;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/* The oracle is the HdrHistogram library itself. */
class BucketLayoutTest {
    private static final Histogram LIBRARY = new Histogram(1, BucketLayout.MAX_UNITS, 3);

    @Property(tries = 2000, seed = "1")
    void shouldDivideValuesAsTheLibraryDoes(@ForAll @LongRange(max = BucketLayout.MAX_UNITS) long units) {
        assertSameBucket(units);
    }

    /* Evenly by magnitude, where the property above mostly draws large values. */
    @Property(tries = 2000, seed = "1")
    void shouldDivideSmallValuesAsTheLibraryDoes(@ForAll @DoubleRange(max = 10) double magnitude) {
        assertSameBucket(Math.min(BucketLayout.MAX_UNITS, Math.round(Math.pow(10, magnitude))));
    }

    @Test
    void shouldNumberBucketsWithoutGaps() {
        assertThat(BucketLayout.lowest(0)).isZero();
        for (int index = 1; index < BucketLayout.LENGTH; index++) {
            assertThat(BucketLayout.lowest(index)).isEqualTo(BucketLayout.highest(index - 1) + 1);
            assertThat(BucketLayout.index(BucketLayout.lowest(index))).isEqualTo(index);
            assertThat(BucketLayout.index(BucketLayout.highest(index))).isEqualTo(index);
        }
        assertThat(BucketLayout.highest(BucketLayout.LENGTH - 1)).isGreaterThanOrEqualTo(BucketLayout.MAX_UNITS);
    }

    private static void assertSameBucket(long units) {
        int index = BucketLayout.index(units);
        assertThat(BucketLayout.lowest(index)).isEqualTo(LIBRARY.lowestEquivalentValue(units));
        assertThat(BucketLayout.middle(index)).isEqualTo(LIBRARY.medianEquivalentValue(units));
        assertThat(BucketLayout.highest(index)).isEqualTo(LIBRARY.highestEquivalentValue(units));
    }
}
