package io.sextant.model.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.model.feature.FeatureSchema.Field;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdTableTest {
    /** Blocks of rows begin at 0, 4, 8 and 13; the first row of a block is its MASK. */
    private static final FeatureSchema SCHEMA = new FeatureSchema(List.of(new Field("site", false, 4),
            new Field("hour", false, 4), new Field("campaign", true, 5), new Field("creative", true, 6)), 7);

    @Test
    void shouldHoldEveryAdAndThenTheMaskedOne() {
        AdTable table = new AdTable(SCHEMA, List.of(new int[]{10, 15}, new int[]{12, 18}));
        int[] features = {1, 2, 3, 4, 5};

        table.copy(table.masked(), features, 2);

        assertThat(table.schema()).isSameAs(SCHEMA);
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.masked()).isEqualTo(2);
        assertThat(table.feature(1, 0)).isEqualTo(12);
        assertThat(table.feature(1, 1)).isEqualTo(18);
        assertThat(table.feature(2, 0)).isEqualTo(8).isEqualTo(SCHEMA.maskIndex(2));
        assertThat(table.feature(2, 1)).isEqualTo(13).isEqualTo(SCHEMA.maskIndex(3));
        assertThat(features).containsExactly(1, 2, 8, 13, 5);
    }

    @Test
    void shouldHoldTheMaskedAdAlsoWhereThereIsNoOther() {
        AdTable table = new AdTable(SCHEMA, List.of());

        assertThat(table.size()).isZero();
        assertThat(table.feature(table.masked(), 1)).isEqualTo(13);
    }

    @Test
    void shouldNotChangeWithWhatItWasMadeOf() {
        int[] ad = {10, 15};
        AdTable table = new AdTable(SCHEMA, List.of(ad));

        ad[0] = 11;

        assertThat(table.feature(0, 0)).isEqualTo(10);
    }

    @Test
    void shouldRefuseAnAdWithAnotherNumberOfFeatures() {
        assertThatThrownBy(() -> new AdTable(SCHEMA, List.of(new int[]{10, 15}, new int[]{10})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ad 1 has 1 features").hasMessageContaining("has 2 ad fields");
        assertThatThrownBy(() -> new AdTable(SCHEMA, List.of(new int[]{1, 5, 10, 15})))
                .hasMessageContaining("ad 0 has 4 features");
    }

    @Test
    void shouldRefuseAFieldThatThereIsNot() {
        AdTable table = new AdTable(SCHEMA, List.of(new int[]{10, 15}));

        assertThatThrownBy(() -> table.feature(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
