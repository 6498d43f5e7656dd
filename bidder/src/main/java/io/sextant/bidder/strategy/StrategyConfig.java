package io.sextant.bidder.strategy;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How budgets of campaigns with a strategy are planned; key {@code strategy}.
 *
 * @param auctionsMin auctions that must have been heard of before an account is planned, 1 or more (default 200)
 * @param memory      auctions after which an auction counts for 1/e of a new one, 1 or more (default 20000)
 * @param ticks       steps of price up to twice the highest value, 10 to 1000 (default 400)
 * @param horizon     auctions that a dynamic programme plans ahead at most, 10 to 1000 (default 100)
 */
public record StrategyConfig(@Min(1) long auctionsMin, @DecimalMin("1") double memory, @Min(10) @Max(1000) int ticks,
        @Min(10) @Max(1000) int horizon) {}
