package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What an arm earned, in USD, by one way of counting clicks: those that happened, or the sum of the true probabilities of
 * what was bought. Budgets are unlimited. Immutable and thread-safe.
 *
 * @param clicks          counted that way
 * @param spendUsd        measure (a): what was paid for impressions. The paper's revenue
 * @param valueUsd        what the clicks are worth: over campaigns, cost per click times clicks
 * @param limitedSpendUsd measure (b), the primary one: over campaigns, the smaller of spend and cost per click times
 *                        clicks; what advertisers would pay who pay no more for a click than they said
 * @param keptSpendUsd    measure (c): spend of the campaigns whose cost of a click is at most what was agreed; the paper's
 *                        business constraint
 * @param profitUsd       value less spend
 */
public record Money(@JsonProperty("clicks") double clicks, @JsonProperty("spend_usd") double spendUsd,
        @JsonProperty("value_usd") double valueUsd, @JsonProperty("limited_spend_usd") double limitedSpendUsd,
        @JsonProperty("kept_spend_usd") double keptSpendUsd, @JsonProperty("profit_usd") double profitUsd) {
    /**
     * One campaign's part.
     *
     * @param cpcUsd   what its advertiser pays for a click, whatever was bid for it
     * @param clicks   its clicks
     * @param spendUsd what was paid for its impressions
     */
    public record OfCampaign(double cpcUsd, double clicks, double spendUsd) {}

    /** Sums over campaigns. */
    public static Money of(List<OfCampaign> campaigns) {
        double clicks = 0;
        double spend = 0;
        double value = 0;
        double limited = 0;
        double kept = 0;
        for (OfCampaign campaign : campaigns) {
            double worth = campaign.cpcUsd * campaign.clicks;
            clicks += campaign.clicks;
            spend += campaign.spendUsd;
            value += worth;
            limited += Math.min(campaign.spendUsd, worth);
            kept += campaign.spendUsd <= worth ? campaign.spendUsd : 0;
        }
        return new Money(clicks, spend, value, limited, kept, value - spend);
    }
}
