package io.sextant.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.calibration.Calibration;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PredictionsTest {
    private static final double EXACT = 1e-7;

    @Test
    void shouldGiveTheFiguresWorkedOutByHand() {
        Predictions predictions = Predictions.all();
        predictions.add(0.8, true, 1);
        predictions.add(0.4, false, 1);
        predictions.add(0.4, true, 1);
        predictions.add(0.1, false, 1);

        PredictionFigures figures = predictions.figures();

        // -(ln 0.8 + ln 0.6 + ln 0.4 + ln 0.9) / 4; pairs: 0.8 beats both, 0.4 ties one and beats one: 3.5 of 4.
        assertThat(figures.logLoss()).isCloseTo(0.4389051, within(EXACT));
        assertThat(figures.auc()).isCloseTo(3.5 / 4, within(EXACT));
        assertThat(figures.pcoc()).isCloseTo(1.7 / 2, within(EXACT));
        assertThat(figures.normalisedEntropy()).isCloseTo(0.4389051 / Math.log(2), within(EXACT));
        // Buckets 0.1, 0.4 twice, 0.8: (0.1 + |0.8 - 1| + 0.2) / 4.
        assertThat(figures.calibrationError()).isCloseTo(0.5 / 4, within(EXACT));
        assertThat(figures.examples()).isEqualTo(4);
        assertThat(figures.clicks()).isEqualTo(2);
    }

    @Property(tries = 50, seed = "4")
    void shouldCountPairsLikeTheDefinitionOfAucOverTheLastOnes(@ForAll long seed,
            @ForAll @IntRange(min = 0, max = 400) int before) {
        SplittableRandom random = new SplittableRandom(seed);
        Predictions window = Predictions.last(300);
        double[] p = new double[300];
        boolean[] clicks = new boolean[300];
        for (int i = -before; i < 300; i++) {
            double prediction = random.nextInt(0, 41) / 40.0;
            boolean click = random.nextInt(3) == 0;
            window.add(prediction, click, 1);
            if (i >= 0) {
                p[i] = prediction;
                clicks[i] = click;
            }
        }
        double wins = 0;
        int pairs = 0;
        for (int i = 0; i < 300; i++) {
            assertThat(window.prediction(i)).isEqualTo((float) p[i]);
            assertThat(window.click(i)).isEqualTo(clicks[i]);
            for (int j = 0; j < 300; j++) {
                if (clicks[i] && !clicks[j]) {
                    pairs++;
                    wins += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
                }
            }
        }

        assertThat(window.figures().auc()).isCloseTo(wins / pairs, within(1e-12));
        assertThat(window.size()).isEqualTo(300);
    }

    @Test
    void shouldCountACorrectionAsAClickWhenThePairIsThere() {
        Predictions corrected = Predictions.last(10);
        corrected.add(0.3, false, 1);
        corrected.add(0.2, false, 1);
        corrected.add(0.3, false, -1);
        corrected.add(0.3, true, 1);
        Predictions direct = Predictions.last(10);
        direct.add(0.3, true, 1);
        direct.add(0.2, false, 1);

        PredictionFigures left = corrected.figures();
        PredictionFigures right = direct.figures();

        assertThat(left.logLoss()).isCloseTo(right.logLoss(), within(EXACT));
        assertThat(left.auc()).isCloseTo(right.auc(), within(EXACT));
        assertThat(left.pcoc()).isCloseTo(right.pcoc(), within(EXACT));
        assertThat(left.calibrationError()).isCloseTo(right.calibrationError(), within(EXACT));
        assertThat(left.clicks()).isEqualTo(1);
    }

    /** A click-through rate of 3 in 10 and of 6 in 10, predicted as 0.2 and 0.6. */
    @Test
    void shouldPutEqualPredictionsIntoOneBucket() {
        Predictions predictions = Predictions.all();
        for (int i = 0; i < 10; i++) {
            predictions.add(0.6, i < 6, 1);
            predictions.add(0.2, i < 3, 1);
        }

        assertThat(predictions.reliability(4)).hasSize(2);
        assertThat(predictions.reliability(4).getFirst().predicted()).isCloseTo(0.2, within(EXACT));
        assertThat(predictions.reliability(4).getFirst().observed()).isCloseTo(0.3, within(EXACT));
        assertThat(predictions.reliability(4).getLast().weight()).isEqualTo(10);
        assertThat(predictions.figures().calibrationError()).isCloseTo(0.05, within(EXACT));
        Calibration exact = Calibration.of(new double[]{0.2, 0.6}, new double[]{0.3, 0.6 + 1e-12});
        assertThat(predictions.through(exact).figures().calibrationError()).isCloseTo(0, within(EXACT));
    }

    @Test
    void shouldTellNothingWhenThereIsNothingToMeasure() {
        Predictions predictions = Predictions.all();
        assertThat(predictions.figures()).isEqualTo(PredictionFigures.NONE);
        predictions.add(0.7, false, 1);
        assertThat(predictions.figures().auc()).isNaN();
        assertThat(predictions.figures().pcoc()).isNaN();
        assertThat(predictions.figures().normalisedEntropy()).isNaN();
        assertThat(predictions.figures().logLoss()).isCloseTo(-Math.log(0.3), within(EXACT));
    }

    @Test
    void shouldRefuseWhatIsNoProbability() {
        assertThatThrownBy(() -> Predictions.all().add(Double.NaN, true, 1))
                .hasMessage("a prediction is NaN, must be from 0 to 1");
        assertThatThrownBy(() -> Predictions.last(0)).hasMessageContaining("must be at least 1");
    }
}
