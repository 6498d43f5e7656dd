package io.sextant.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationCheckTest {
    /** As recorded logs look like: a third of a per cent clicks, predictions are weak and a sixth too high. */
    @Test
    void shouldMakeTheSecondHalfHonestByTheFirst() {
        SplittableRandom random = new SplittableRandom(2997);
        Predictions predictions = Predictions.all();
        double expected = 0;
        double predicted = 0;
        int size = 600_000;
        for (int i = 0; i < size; i++) {
            double truth = Math.min(0.1, 0.003 * Math.exp(0.5 * random.nextGaussian()));
            predictions.add(1.16 * truth, random.nextDouble() < truth, 1);
            expected += i >= size / 2 ? truth : 0;
            predicted += i >= size / 2 ? 1.16 * truth : 0;
        }

        CalibrationCheck check = CalibrationCheck.of(predictions, 50, 50, 100_000);

        assertThat(check.fitted()).isEqualTo(size / 2);
        assertThat(check.raw().examples()).isEqualTo(size / 2);
        // Against expected clicks: the clicks' own noise is in both, and goes out.
        double noise = check.raw().pcoc() / (predicted / expected);
        assertThat(check.raw().pcoc() / noise).isCloseTo(1.16, within(1e-3));
        assertThat(check.equalCount().pcoc() / noise).isCloseTo(1, within(0.05));
        assertThat(check.paper().pcoc() / noise).isCloseTo(1, within(0.05));
        assertThat(check.equalCount().logLoss()).isLessThan(check.raw().logLoss());
        assertThat(check.equalCount().calibrationError()).isLessThan(check.raw().calibrationError());
        assertThat(check.equalCount().auc()).isCloseTo(check.raw().auc(), within(1e-4));
    }

    @Test
    void shouldSayWhyWhenThereIsNothingToDivide() {
        assertThatThrownBy(() -> CalibrationCheck.of(Predictions.all(), 50, 50, 1000))
                .hasMessageStartingWith("0 predictions cannot be divided");
    }
}
