package io.sextant.abtesting.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * One arm's line in the report. A ratio over nothing is null.
 *
 * @param arm             the arm's name
 * @param requests        bid requests allocated to it
 * @param bids            bids sent
 * @param wins            auctions won
 * @param spend           in units of the settlement currency
 * @param clicks          clicks
 * @param ctr             clicks an impression shown
 * @param ecpc            spend a click, in units of the settlement currency
 * @param meanUncertainty mean of the measured uncertainties
 * @param meanModifier    mean modifier of all bids
 * @param modelVersion    latest model version that it bid with
 * @param snapshotVersion latest uncertainty snapshot that it bid with
 */
public record ArmRow(@JsonProperty("arm") String arm, @JsonProperty("requests") long requests,
        @JsonProperty("bids") long bids, @JsonProperty("wins") long wins, @JsonProperty("spend") double spend,
        @JsonProperty("clicks") long clicks, @JsonProperty("ctr") @Nullable Double ctr,
        @JsonProperty("ecpc") @Nullable Double ecpc,
        @JsonProperty("mean_uncertainty") @Nullable Double meanUncertainty,
        @JsonProperty("mean_modifier") @Nullable Double meanModifier,
        @JsonProperty("model_version") long modelVersion, @JsonProperty("snapshot_version") long snapshotVersion) {
    private static final double NANOS = 1e9;

    static ArmRow of(ArmTotals totals) {
        double spend = totals.spendNanos() / NANOS;
        return new ArmRow(totals.arm(), totals.requests(), totals.bids(), totals.wins(), spend, totals.clicks(),
                ratio((double) totals.clicks(), totals.impressions()), ratio(spend, totals.clicks()),
                ratio(totals.uncertaintySum(), totals.uncertaintyCount()),
                ratio(totals.modifierSum(), totals.modifierCount()), totals.modelVersion(), totals.snapshotVersion());
    }

    private static @Nullable Double ratio(double sum, long count) {
        return count == 0 ? null : sum / count;
    }
}
