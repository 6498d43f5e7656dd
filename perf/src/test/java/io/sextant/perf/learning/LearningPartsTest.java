package io.sextant.perf.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningPartsTest {
    @Test
    void shouldMeetItsTargetsAtTheirBoundsAndMissThemBelow() {
        assertThat(throughput(50_000, 0.7)).allMatch(LearningFigure::met);
        assertThat(throughput(49_999, 0.7)).filteredOn(figure -> !figure.met()).extracting(LearningFigure::key)
                .containsExactly("examples_per_second");
        assertThat(throughput(60_000, 0.69)).filteredOn(figure -> !figure.met()).extracting(LearningFigure::key)
                .containsExactly("share_of_bare_mlp");
    }

    private static List<LearningFigure> throughput(double examples, double share) {
        return ThroughputPart.figures(examples, share, 1.5, 70_000, 100_000, 30_000, 18, 1_024, 2);
    }

    @Test
    void shouldCallMemoryFlatOnlyIfNothingGrowsAndNothingFades() {
        assertThat(memory(100, 500, 1_000, 0.7).flat()).isTrue();
        assertThat(memory(111, 500, 1_000, 0.7).flat()).isFalse();
        assertThat(memory(100, 551, 1_000, 0.7).flat()).isFalse();
        assertThat(memory(100, 500, 1_101, 0.7).flat()).isFalse();
        assertThat(memory(100, 500, 1_000, 0.67).flat()).isFalse();
    }

    private static MemoryFigures memory(double heap, double resident, int rows, double auc) {
        var standard = new MemoryFigures.Quarter(100, 500, 1_000, 0.7);
        return new MemoryFigures("a net", new ArrayList<>(List.of(standard, standard, standard,
                new MemoryFigures.Quarter(heap, resident, rows, auc))));
    }

    @Test
    void shouldForgetIdsThatAreGoneAndGoOnLearningWhileTheyChange() throws IOException {
        MemoryFigures figures = new MemoryPart(1_500_000, 1, 3).measure(_ -> {});

        assertThat(figures.quarters()).hasSize(4);
        // 8 fields; 5,000 ids in use each, a tenth new each hour, gone ones kept for a day; an id is seen seven times
        assertThat(figures.quarters().get(3).liveRows()).isBetween(1_000, 8 * 20_000);
        assertThat(figures.quarters().get(3).auc()).isGreaterThan(0.55);
        assertThat(figures.quarters().get(3).heapMb()).isCloseTo(figures.quarters().get(1).heapMb(), within(60.0));
    }
}
