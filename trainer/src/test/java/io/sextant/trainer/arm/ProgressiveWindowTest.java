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
        var window = new ProgressiveWindow(10);
        window.add(0.8, 0.5, true, 1);
        window.add(0.4, 0.5, false, 1);
        window.add(0.4, 0.5, true, 1);
        window.add(0.1, 0.5, false, 1);

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
        var window = new ProgressiveWindow(2);
        window.add(0.01, 0.5, true, 1);
        window.add(0.5, 0.5, true, 1);
        window.add(0.25, 0.5, false, 1);

        assertThat(window.figures().pcoc()).isCloseTo(0.75, within(EXACT));
        assertThat(window.figures().examples()).isEqualTo(2);
    }

    @Test
    void shouldCountCorrectionAsClickWhenPairIsComplete() {
        var corrected = new ProgressiveWindow(10);
        corrected.add(0.3, 0.5, false, 1);
        corrected.add(0.2, 0.5, false, 1);
        corrected.add(0.3, 0.5, false, -1);
        corrected.add(0.3, 0.5, true, 1);
        var direct = new ProgressiveWindow(10);
        direct.add(0.3, 0.5, true, 1);
        direct.add(0.2, 0.5, false, 1);

        assertThat(corrected.figures().logLoss()).isCloseTo(direct.figures().logLoss(), within(EXACT));
        assertThat(corrected.figures().auc()).isCloseTo(direct.figures().auc(), within(EXACT));
        assertThat(corrected.figures().pcoc()).isCloseTo(direct.figures().pcoc(), within(EXACT));
    }

    @Test
    void shouldTellNothingWhenEmpty() {
        var window = new ProgressiveWindow(4);

        assertThat(window.figures().logLoss()).isNaN();
        assertThat(window.figures().auc()).isNaN();
        assertThat(window.figures().pcoc()).isNaN();
        assertThat(window.comparison().publishedLogLoss()).isNaN();
    }

    @Test
    void shouldCompareOnlyExamplesSincePublicationWhenPublished() {
        var window = new ProgressiveWindow(10);
        window.add(0.9, 0.1, true, 1);
        window.published();
        assertThat(window.comparison().logLoss()).isNaN();
        window.add(0.5, 0.25, true, 1);

        assertThat(window.comparison().logLoss()).isCloseTo(Math.log(2), within(EXACT));
        assertThat(window.comparison().publishedLogLoss()).isCloseTo(Math.log(4), within(EXACT));
        assertThat(window.figures().examples()).isEqualTo(2);
    }

    @Property(tries = 100, seed = "3")
    void shouldGiveSameFiguresWhenRestored(@ForAll @Size(max = 30) List<@DoubleRange(min = 0, max = 1) Double> values) {
        var window = new ProgressiveWindow(20);
        for (int i = 0; i < values.size(); i++) {
            window.add(values.get(i), 0.5, i % 3 == 0, 1);
            if (i == 12) {
                window.published();
            }
        }

        var restored = new ProgressiveWindow(20);
        restored.restore(window.save());

        assertThat(restored.figures()).isEqualTo(window.figures());
        assertThat(restored.sincePublication()).isEqualTo(window.sincePublication());
        assertThat(restored.save()).isEqualTo(window.save());
    }
}
