package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CurrencyRatesTest {
    private final CurrencyRates rates = new CurrencyRates(Map.of("EUR", 1.25, "JPY", 0.008, "USD", 1.0));
    private final int eur = rates.number("EUR");
    private final int jpy = rates.number("JPY");

    @Test
    void shouldConvertByHand() {
        // 10 USD are 8 EUR; 8 EUR are 10 USD; a floor of 4 EUR is 5 USD or 625 JPY.
        assertThat(rates.fromUsd(10_000_000, eur)).isEqualTo(8_000_000);
        assertThat(rates.toUsd(8, eur)).isEqualTo(10_000_000);
        assertThat(rates.floorMicros(4, eur, CurrencyRates.USD)).isEqualTo(5_000_000);
        assertThat(rates.floorMicros(4, eur, jpy)).isEqualTo(625_000_000);
        assertThat(rates.floorMicros(1.1, CurrencyRates.USD, CurrencyRates.USD)).isEqualTo(1_100_000);
        assertThat(rates.floorMicros(0.0000001, CurrencyRates.USD, CurrencyRates.USD)).isEqualTo(1);
    }

    @Test
    void shouldAnswerInUsdWhereItMayElseInTheFirstCurrencyItKnows() {
        assertThat(rates.answerIn(List.of(), eur)).isEqualTo(eur);
        assertThat(rates.answerIn(List.of("EUR", "USD"), eur)).isEqualTo(CurrencyRates.USD);
        assertThat(rates.answerIn(List.of("GBP", "JPY", "EUR"), eur)).isEqualTo(jpy);
        assertThat(rates.answerIn(List.of("GBP"), eur)).isEqualTo(CurrencyRates.UNKNOWN);
        assertThat(rates.number("")).isEqualTo(CurrencyRates.USD);
    }

    @Test
    void shouldRefuseARateThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CurrencyRates(Map.of("EUR", 0.0)))
                .withMessage("currency EUR: rate is 0.0, must be above 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new CurrencyRates(Map.of("USD", 1.1)))
                .withMessage("currency USD: rate is 1.1, must be 1");
    }

    @Property(seed = "1")
    void shouldNeverAnswerMoreThanTheBidNorTakeAFloorForLess(@ForAll @LongRange(min = 0, max = 1L << 40) long usd,
            @ForAll @DoubleRange(min = 0, max = 1000) double floor) {
        for (int currency : new int[]{CurrencyRates.USD, eur, jpy}) {
            assertThat(rates.fromUsd(usd, currency) * rates.usdPerUnit(currency))
                    .isLessThanOrEqualTo(usd * (1 + 1e-9) + 1e-2);
            assertThat(rates.floorMicros(floor, currency, currency)).isGreaterThanOrEqualTo(
                    (long) Math.floor(floor * 1e6)).isLessThanOrEqualTo((long) Math.ceil(floor * 1e6));
        }
    }
}
