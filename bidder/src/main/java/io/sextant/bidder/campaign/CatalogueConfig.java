package io.sextant.bidder.campaign;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;

/**
 * Where the campaigns come from and what holds for those which do not say otherwise; key {@code campaigns}.
 *
 * @param file              path of the catalogue, YAML (default campaigns.yaml)
 * @param pollInterval      how often the file is looked at for changes (default 1s)
 * @param firstPriceMargin  part of a click's value that is not bid in first-price auctions, 0 to below 1 (default 0.15)
 * @param secondPriceMargin the same for all other auctions, 0 to below 1 (default 0)
 * @param bidCapCpm         highest bid, USD per 1000 impressions, above 0 (default 50)
 */
public record CatalogueConfig(@NotBlank String file, @NotNull Duration pollInterval,
        @DecimalMin("0") @DecimalMax("0.99") double firstPriceMargin,
        @DecimalMin("0") @DecimalMax("0.99") double secondPriceMargin,
        @DecimalMin(value = "0", inclusive = false) double bidCapCpm) {}
