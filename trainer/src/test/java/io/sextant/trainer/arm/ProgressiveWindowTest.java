package io.sextant.trainer.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressiveWindowTest {
    private static final double EXACT = 1e-6;

    @Test
    void shouldGiveHandComputedFiguresWhenExamplesAreFew() {
        var window = new ProgressiveWindow(10, new Segments());
        add(window, 0.8, 0.5, true, 1);
        add(window, 0.4, 0.5, false, 1);
        add(window, 0.4, 0.5, true, 1);
        add(window, 0.1, 0.5, false, 1);

        Figures figures = window.figures();

        // -(ln 0.8 + ln 0.6 + ln 0.4 + ln 0.9) / 4; pairs: 0.8 beats both, 0.4 ties one and beats one: 3.5 of 4.
        assertThat(figures.logLoss()).isCloseTo(0.4389051, within(EXACT));
        assertThat(figures.auc()).isCloseTo(3.5 / 4, within(EXACT));
        assertThat(figures.pcoc()).isCloseTo(1.7 / 2, within(EXACT));
        assertThat(figures.normalisedEntropy()).isCloseTo(0.4389051 / Math.log(2), within(EXACT));
        assertThat(window.comparison().publishedLogLoss()).isCloseTo(Math.log(2), within(EXACT));
    }

    @Test
    void shouldForgetOldestWhenFull() {
        var window = new ProgressiveWindow(2, new Segments());
        add(window, 0.01, 0.5, true, 1);
        add(window, 0.5, 0.5, true, 1);
        add(window, 0.25, 0.5, false, 1);

        assertThat(window.figures().pcoc()).isCloseTo(0.75, within(EXACT));
        assertThat(window.figures().examples()).isEqualTo(2);
    }

    @Test
    void shouldCountCorrectionAsClickWhenPairIsComplete() {
        var corrected = new ProgressiveWindow(10, new Segments());
        add(corrected, 0.3, 0.5, false, 1);
        add(corrected, 0.2, 0.5, false, 1);
        add(corrected, 0.3, 0.5, false, -1);
        add(corrected, 0.3, 0.5, true, 1);
        var direct = new ProgressiveWindow(10, new Segments());
        add(direct, 0.3, 0.5, true, 1);
        add(direct, 0.2, 0.5, false, 1);

        assertThat(corrected.figures().logLoss()).isCloseTo(direct.figures().logLoss(), within(EXACT));
        assertThat(corrected.figures().auc()).isCloseTo(direct.figures().auc(), within(EXACT));
        assertThat(corrected.figures().pcoc()).isCloseTo(direct.figures().pcoc(), within(EXACT));
    }

    @Test
    void shouldTellNothingWhenEmpty() {
        var window = new ProgressiveWindow(4, new Segments());

        assertThat(window.figures().logLoss()).isNaN();
        assertThat(window.figures().auc()).isNaN();
        assertThat(window.figures().pcoc()).isNaN();
        assertThat(window.comparison().publishedLogLoss()).isNaN();
    }

    @Test
    void shouldCompareOnlyExamplesSincePublicationWhenPublished() {
        var window = new ProgressiveWindow(10, new Segments());
        add(window, 0.9, 0.1, true, 1);
        window.published();
        assertThat(window.comparison().logLoss()).isNaN();
        add(window, 0.5, 0.25, true, 1);

        assertThat(window.comparison().logLoss()).isCloseTo(Math.log(2), within(EXACT));
        assertThat(window.comparison().publishedLogLoss()).isCloseTo(Math.log(4), within(EXACT));
        assertThat(window.figures().examples()).isEqualTo(2);
    }

    @Property(tries = 100, seed = "3")
    void shouldGiveSameFiguresWhenRestored(@ForAll @Size(max = 30) List<@DoubleRange(min = 0, max = 1) Double> values) {
        var window = new ProgressiveWindow(20, new Segments());
        for (int i = 0; i < values.size(); i++) {
            add(window, values.get(i), 0.5, i % 3 == 0, 1);
            if (i == 12) {
                window.published();
            }
        }

        var restored = new ProgressiveWindow(20, new Segments());
        restored.restore(window.save());

        assertThat(restored.figures()).isEqualTo(window.figures());
        assertThat(restored.sincePublication()).isEqualTo(window.sincePublication());
        assertThat(restored.save()).isEqualTo(window.save());
    }

    /** Exchange a: 2 clicks, promised 1 and 3; b: 1 click, promised 0.5 and 0.25. */
    @Test
    void shouldTellPcocByExchangeWithAndWithoutCalibration() {
        var names = new Segments();
        var window = new ProgressiveWindow(20, names);
        int b = names.number("b");
        int a = names.number("a");
        for (int i = 0; i < 4; i++) {
            window.add(new Prediction(0.75, 0.25, 0.5, i < 2, 1, a, 1));
        }
        window.add(new Prediction(0.25, 0.5, 0.5, true, 1, b, 3));
        window.add(new Prediction(0.9, 0.9, 0.5, true, 1, Segments.OTHER, 1));

        Figures figures = window.figures();

        assertThat(figures.exchanges()).containsExactly(new GroupFigures("a", 1, 4, 2, 0.5, 1.5),
                new GroupFigures("b", 3, 1, 1, 0.5, 0.25));
        assertThat(figures.pcoc()).isCloseTo((1 + 0.5 + 0.9) / 4, within(EXACT));
        assertThat(figures.rawPcoc()).isCloseTo((3 + 0.25 + 0.9) / 4, within(EXACT));
    }

    /** Half of all bids without exploration: their quintiles are one group. */
    @Test
    void shouldKeepEqualModifiersTogetherInQuintiles() {
        var window = new ProgressiveWindow(100, new Segments());
        for (int i = 0; i < 10; i++) {
            boolean explored = i >= 5;
            float modifier = explored ? 1 + i / 10f : 1;
            window.add(new Prediction(0.5, explored ? 0.25 : 0.5, 0.5, i % 2 == 1, 1, 0, modifier));
        }

        List<GroupFigures> quintiles = window.figures().modifierQuintiles();

        assertThat(quintiles).extracting(GroupFigures::group).containsExactly("1", "2", "3", "4");
        assertThat(quintiles).extracting(GroupFigures::examples).containsExactly(5L, 1L, 2L, 2L);
        assertThat(quintiles.getFirst()).isEqualTo(new GroupFigures("1", 1, 5, 2, 2.5 / 2, 2.5 / 2));
        assertThat(quintiles.getLast().pcoc()).isCloseTo(0.5, within(EXACT));
        assertThat(quintiles.getLast().rawPcoc()).isCloseTo(1, within(EXACT));
        assertThat(quintiles.getLast().meanModifier()).isCloseTo(1.85, within(EXACT));
    }

    private static void add(ProgressiveWindow window, double prediction, double published, boolean click,
            float weight) {
        window.add(new Prediction(prediction, prediction, published, click, weight, 0, 1));
    }
}
