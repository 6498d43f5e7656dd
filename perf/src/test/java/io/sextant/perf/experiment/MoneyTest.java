package io.sextant.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.perf.experiment.Money.OfCampaign;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoneyTest {
    /*
     * By hand. First campaign: 10 clicks at 0.5 are worth 5, paid 4: within its cost per click. Second: 3 clicks at 1 are worth
     * 3, paid 7: dearer than agreed. Third: nothing clicked, paid 2.
     */
    private static final List<OfCampaign> CAMPAIGNS = List.of(new OfCampaign(0.5, 10, 4), new OfCampaign(1, 3, 7),
            new OfCampaign(2, 0, 2));

    @Test
    void shouldCountSpendByAllThreeMeasures() {
        Money money = Money.of(CAMPAIGNS);

        assertThat(money.clicks()).isEqualTo(13);
        assertThat(money.spendUsd()).isEqualTo(4 + 7 + 2);
        assertThat(money.limitedSpendUsd()).isEqualTo(4 + 3 + 0);
        assertThat(money.keptSpendUsd()).isEqualTo(4);
        assertThat(money.valueUsd()).isEqualTo(5 + 3);
        assertThat(money.profitUsd()).isEqualTo(8 - 13);
    }

    @Test
    void shouldCountExpectedClicksAsTheyAre() {
        Money money = Money.of(List.of(new OfCampaign(0.4, 2.5, 1.0)));

        assertThat(money.valueUsd()).isCloseTo(1.0, within(1e-12));
        assertThat(money.keptSpendUsd()).as("a cost of a click that is just what was agreed is within it").isEqualTo(1);
    }
}
