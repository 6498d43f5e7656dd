package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaskBankTest {
    @Test
    void shouldDropAtTheRateAndScaleWhatIsKept() {
        MaskBank bank = new MaskBank(1024, 448, 0.2, 42);

        int dropped = 0;
        for (int mask = 0; mask < 1024; mask++) {
            for (int unit = 0; unit < 448; unit++) {
                assertThat(bank.value(mask, unit)).isIn(0f, 1.25f);
                dropped += bank.value(mask, unit) == 0 ? 1 : 0;
            }
        }
        int draws = 1024 * 448;
        assertThat((double) dropped / draws).isCloseTo(0.2, within(4 * Math.sqrt(0.2 * 0.8 / draws)));
    }

    @Test
    void shouldGiveTheSameBankForTheSameSeedAndAnotherForAnother() {
        assertThat(new MaskBank(64, 10, 0.5, 1).values()).isEqualTo(new MaskBank(64, 10, 0.5, 1).values())
                .isNotEqualTo(new MaskBank(64, 10, 0.5, 2).values());
    }

    @Test
    void shouldNotDependOnTheNumberOfMasks() {
        MaskBank few = new MaskBank(8, 10, 0.5, 1);
        MaskBank many = new MaskBank(64, 10, 0.5, 1);

        for (int unit = 0; unit < 10; unit++) {
            assertThat(many.value(7, unit)).isEqualTo(few.value(7, unit));
        }
    }

    @Test
    void shouldStartCloseToThePriorWhenNothingIsLearned() {
        Weights weights = Weights.initial(SmallModels.schema(), new Architecture(4, List.of(8), 0.2, 2), 9, 0.02);

        double logit = ReferenceDeepFm.logit(weights, new int[]{2, 6, 10}, null, 0);

        assertThat(logit).isCloseTo(Math.log(0.02 / 0.98), within(0.3));
        assertThat(weights.copy().embedding).isEqualTo(weights.embedding).isNotSameAs(weights.embedding);
        assertThat(Weights.initial(SmallModels.schema(), new Architecture(4, List.of(8), 0.2, 2), 9, 0.02).embedding)
                .isEqualTo(weights.embedding);
    }
}
