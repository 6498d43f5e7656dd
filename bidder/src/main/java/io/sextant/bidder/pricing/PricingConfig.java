package io.sextant.bidder.pricing;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.Map;

/**
 * Currencies; key {@code pricing}.
 *
 * @param usdPerUnit what one unit of a currency is worth in USD, by ISO 4217 code; each above 0. USD is always known and
 *                   need not be named (default: none)
 */
public record PricingConfig(@NotNull Map<String, @Positive Double> usdPerUnit) {
    public PricingConfig {
        usdPerUnit = Map.copyOf(usdPerUnit);
    }
}
