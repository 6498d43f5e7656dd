package io.sextant.bidder.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RatesFileTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final String GOOD = "as-of: 2026-11-20T00:00:00Z\nusd-per-unit: {EUR: 1.08, JPY: 0.0065}\n";

    private final RatesReader reader = new RatesReader(Duration.ofDays(3));

    @TempDir
    private Path directory;

    private CurrencyRates read(String text) {
        return reader.read("rates.yaml", text.getBytes(StandardCharsets.UTF_8), CLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {GOOD,
        "{\"usd-per-unit\": {\"JPY\": 6.5e-3, \"EUR\": 1.08}, \"as-of\": \"2026-11-20T01:00:00+01:00\"}"})
    void shouldReadYamlAndJson(String text) {
        CurrencyRates rates = read(text);

        assertThat(rates.usdPerUnit(rates.number("EUR"))).isEqualTo(1.08);
        assertThat(rates.usdPerUnit(rates.number("JPY"))).isEqualTo(0.0065);
        assertThat(rates.asOfMs()).isEqualTo(Instant.parse("2026-11-20T00:00:00Z").toEpochMilli());
        assertThat(rates.at(NOW.toEpochMilli())).isSameAs(rates);
        assertThat(rates.at(NOW.toEpochMilli() + 1)).isSameAs(CurrencyRates.USD_ONLY);
        assertThat(rates.fingerprint()).isEqualTo(read(GOOD).fingerprint()).isNotZero();
    }

    @Test
    void shouldWriteWhatItReadsBack() {
        CurrencyRates rates = CurrencyRates.asOf(Map.of("EUR", 1.0843000000000003, "NOK", 9.7e-12), NOW,
                Duration.ofDays(3));

        CurrencyRates again = reader.kept("kept", rates.text().getBytes(StandardCharsets.UTF_8));

        assertThat(again.fingerprint()).isEqualTo(rates.fingerprint());
        assertThat(again.usdPerUnit(again.number("NOK"))).isEqualTo(9.7e-12);
        assertThat(again.at(NOW.plus(Duration.ofDays(3)).toEpochMilli())).isSameAs(again);
        assertThat(new CurrencyRates(Map.of("EUR", 1.1)).fingerprint()).isZero();
        assertThat(new CurrencyRates(Map.of("EUR", 1.1)).at(Long.MAX_VALUE)).isNotSameAs(CurrencyRates.USD_ONLY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            as-of: 2026-11-19T23:00:00Z                 | EUR: 1.08   | 73 hours old, and may be 72 (pricing.rates-age-max); write new rates there
            as-of: 2026-11-23T02:00:00Z                 | EUR: 1.08   | in the future
            as-of: yesterday                            | EUR: 1.08   | as-of is "yesterday", must be a time such as
            asof: 2026-11-20T00:00:00Z                  | EUR: 1.08   | has [asof, usd-per-unit], must have [as-of, usd-per-unit]
            as-of: 2026-11-20T00:00:00Z                 | euro: 1.08  | euro is 1.08, must be an ISO 4217 code and a number
            as-of: 2026-11-20T00:00:00Z                 | EUR: much   | EUR is "much", must be
            as-of: 2026-11-20T00:00:00Z                 | EUR: 0      | currency EUR: rate is 0.0, must be above 0
            as-of: 2026-11-20T00:00:00Z                 | USD: 1.1    | currency USD: rate is 1.1, must be 1
            as-of: [                                    | EUR: 1      | is neither YAML nor JSON
            """)
    void shouldRefuseWithAReasonThatNamesTheFile(String asOf, String rate, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(asOf + "\nusd-per-unit: {" + rate + "}"))
                .withMessageStartingWith("rates.yaml: ").withMessageContaining(reason);
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        Path file = directory.resolve("none.yaml");
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(file, CLOCK))
                .withMessageStartingWith(file + ": cannot be read");
    }

    @Test
    void shouldTakeOverGoodFilesAndKeepTheLastOneWhenAFileIsWrong() throws IOException {
        Path file = directory.resolve("rates.yaml");
        Files.writeString(file, GOOD);
        List<Double> taken = new CopyOnWriteArrayList<>();
        var refused = new AtomicInteger();
        var config = new PricingConfig(Map.of(), file.toString(), Duration.ofDays(3), Duration.ofMillis(20));

        try (var _ = new RatesWatcher(config, reader, reader.read(file, CLOCK), CLOCK,
                rates -> taken.add(rates.usdPerUnit(rates.number("EUR"))), refused::incrementAndGet)) {
            write(file, GOOD.replace("1.08", "1.09"));
            await().until(() -> taken.size() == 1);
            write(file, GOOD.replace("11-20", "11-19"));
            await().until(() -> refused.get() == 1);
            write(file, "broken");
            await().until(() -> refused.get() == 2);
            write(file, GOOD.replace("1.08", "1.10"));
            await().until(() -> taken.size() == 2);
        }

        assertThat(taken).containsExactly(1.09, 1.10);
        assertThat(refused).hasValue(2);
    }

    private void write(Path file, String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
