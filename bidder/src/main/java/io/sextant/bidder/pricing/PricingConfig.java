package io.sextant.bidder.pricing;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * Currencies; key {@code pricing}. USD is always known and need not be named.
 *
 * @param usdPerUnit        what one unit of a currency is worth in USD, by ISO 4217 code; each above 0 (default: none)
 * @param ratesFile         a file with the same, and since when it is right, see {@link RatesReader}; empty for none
 * @param ratesAgeMax       rates of the file that are older than this are not used (default 3d)
 * @param ratesPollInterval how often the file is looked at for changes (default 1s)
 */
public record PricingConfig(@NotNull Map<String, @Positive Double> usdPerUnit, @NotNull String ratesFile,
        @NotNull @DurationMin(minutes = 1) Duration ratesAgeMax,
        @NotNull @DurationMin(millis = 1) Duration ratesPollInterval) {
    public PricingConfig {
        usdPerUnit = Map.copyOf(usdPerUnit);
        if (!usdPerUnit.isEmpty() && !ratesFile.isEmpty()) {
            throw new IllegalArgumentException("usd-per-unit has rates, and rates-file names " + ratesFile
                    + "; keep one of the two");
        }
    }
}
