package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeafCellTest {
    @ParameterizedTest
    @CsvSource({"adx/banner, adx, */banner, adx/other", "adx/banner/news.example, adx, */banner, adx/banner/other",
        "adx/video/a/b, adx, */video, adx/video/other"})
    void shouldNameWhatALeafIsSummedInto(String leaf, String exchange, String format, String other) {
        assertThat(LeafCell.valid(leaf)).isTrue();
        assertThat(LeafCell.exchange(leaf)).isEqualTo(exchange);
        assertThat(LeafCell.formatCell(leaf)).isEqualTo(format);
        assertThat(LeafCell.other(leaf)).isEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "adx", "/banner", "adx/", "adx//news", "adx/banner/", "*/banner",
        "adx/ban\0ner", "/"})
    void shouldRefuseWhatIsNoLeaf(String name) {
        assertThat(LeafCell.valid(name)).isFalse();
        assertThat(LeafCell.valid("adx/" + "b".repeat(125))).isFalse();
    }

    @Test
    void shouldNeverGiveMoreNamesThanTheBound() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            names.add(LeafCell.bounded("x" + i + "/banner", names, 4, 8));
        }

        assertThat(names).hasSize(8).contains("x3/banner", "x4/other", "other/other").doesNotContain("x4/banner");
    }
}
