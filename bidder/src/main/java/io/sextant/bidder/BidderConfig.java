package io.sextant.bidder;

import io.sextant.bidder.campaign.CatalogueConfig;
import io.sextant.bidder.decision.ReplayConfig;
import io.sextant.bidder.event.EventConfig;
import io.sextant.bidder.event.ModelsConfig;
import io.sextant.bidder.http.AdminConfig;
import io.sextant.bidder.http.HttpConfig;
import io.sextant.bidder.notice.NoticesConfig;
import io.sextant.bidder.pipeline.BiddingConfig;
import io.sextant.bidder.pipeline.ExchangeConfig;
import io.sextant.bidder.pipeline.ExperimentConfig;
import io.sextant.bidder.pipeline.ExplorationConfig;
import io.sextant.bidder.pricing.PricingConfig;
import io.sextant.bidder.spending.BudgetConfig;
import io.sextant.configuration.KafkaConfig;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

/**
 * The bidder's settings; {@code bidder-reference.yaml} has every key with its default.
 *
 * @param name            name of this process in its messages, unique in the fleet; empty for one made from host and chance
 * @param kafka           where events go and snapshots come from
 * @param http            the server
 * @param admin           the metrics' port
 * @param notices         keys, age and journal of notices
 * @param events          what is told, and how much may wait
 * @param replay          the directory of decisions
 * @param models          the click models
 * @param campaigns       what is bid for
 * @param experiment      the arms
 * @param bidding         bounds of a decision
 * @param budget          how budgets are spent from
 * @param exploration     how uncertainty is measured and ads are explored
 * @param pricing         currencies
 * @param defaultExchange who sent requests that name no exchange
 * @param exchanges       exchanges by name
 */
public record BidderConfig(@NotNull String name, @NotNull @Valid KafkaConfig kafka, @NotNull @Valid HttpConfig http,
        @NotNull @Valid AdminConfig admin, @NotNull @Valid NoticesConfig notices, @NotNull @Valid EventConfig events,
        @NotNull @Valid ReplayConfig replay, @NotNull @Valid ModelsConfig models,
        @NotNull @Valid CatalogueConfig campaigns,
        @NotNull @Valid ExperimentConfig experiment, @NotNull @Valid BiddingConfig bidding,
        @NotNull @Valid BudgetConfig budget,
        @NotNull @Valid ExplorationConfig exploration, @NotNull @Valid PricingConfig pricing,
        @NotNull String defaultExchange, @NotEmpty Map<String, @Valid ExchangeConfig> exchanges) {
    public BidderConfig {
        exchanges = Map.copyOf(exchanges);
        if (!exchanges.containsKey(defaultExchange)) {
            throw new IllegalArgumentException("default-exchange is " + defaultExchange
                    + ", must be one of exchanges: " + exchanges.keySet().stream().sorted().toList());
        }
        if (budget.settleWithin().compareTo(notices.bidExpiry()) <= 0) {
            throw new IllegalArgumentException("budget.settle-within is " + budget.settleWithin().toSeconds()
                    + "s, must be above notices.bid-expiry, which is " + notices.bidExpiry().toSeconds()
                    + "s: a bid that may still be billed holds its reservation");
        }
        List<String> names = experiment.arms().stream().map(ExperimentConfig.ArmConfig::name).toList();
        exploration.arms().keySet().stream().filter(arm -> !names.contains(arm)).findFirst().ifPresent(arm -> {
            throw new IllegalArgumentException(
                    "exploration.arms names " + arm + ", must be of experiment.arms: " + names);
        });
    }
}
