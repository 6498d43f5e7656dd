package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProgressiveValidationTest {
    @Test
    void shouldGiveTheFiguresWorkedOutByHand() {
        ProgressiveValidation validation = new ProgressiveValidation(10);
        // probabilities 1/2, 1/2, 4/5 with labels 1, 0, 1: one pair of two tied, the other in order -> AUC 0.75
        validation.record(0, true);
        validation.record(0, false);
        validation.record((float) Math.log(4), true);

        ValidationMetrics metrics = validation.metrics();

        assertThat(metrics.examples()).isEqualTo(3);
        assertThat(metrics.clicks()).isEqualTo(2);
        assertThat(metrics.logLoss()).isCloseTo((2 * Math.log(2) - Math.log(0.8)) / 3, within(1e-7));
        assertThat(metrics.auc()).isEqualTo(0.75);
        assertThat(metrics.pcoc()).isCloseTo(0.9, within(1e-7));
        double entropy = -(2 / 3.0) * Math.log(2 / 3.0) - (1 / 3.0) * Math.log(1 / 3.0);
        assertThat(metrics.normalisedEntropy()).isCloseTo(metrics.logLoss() / entropy, within(1e-12));
    }

    @Test
    void shouldCountPairsLikeTheDefinitionOfAuc() {
        SplittableRandom random = new SplittableRandom(4);
        ProgressiveValidation validation = new ProgressiveValidation(300);
        float[] logits = new float[300];
        boolean[] clicks = new boolean[300];
        for (int i = -200; i < 300; i++) {
            float logit = random.nextInt(-20, 20) / 4f;
            boolean click = random.nextInt(3) == 0;
            validation.record(logit, click);
            if (i >= 0) {
                logits[i] = logit;
                clicks[i] = click;
            }
        }
        double wins = 0;
        int pairs = 0;
        for (int i = 0; i < 300; i++) {
            for (int j = 0; j < 300; j++) {
                if (clicks[i] && !clicks[j]) {
                    pairs++;
                    wins += logits[i] > logits[j] ? 1 : logits[i] == logits[j] ? 0.5 : 0;
                }
            }
        }

        assertThat(validation.metrics().auc()).isCloseTo(wins / pairs, within(1e-12));
        assertThat(validation.recorded()).isEqualTo(500);
    }

    @Test
    void shouldSayNotANumberWhenThereIsNothingToMeasure() {
        ProgressiveValidation validation = new ProgressiveValidation(2);
        assertThat(validation.metrics().logLoss()).isNaN();
        validation.record(1, false);
        assertThat(validation.metrics().auc()).isNaN();
        assertThat(validation.metrics().pcoc()).isNaN();
    }
}
