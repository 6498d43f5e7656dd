package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One arm's line. Money is in units of the settlement currency; a ratio over nothing is null.
 *
 * @param arm          the arm's name
 * @param share        its part of the traffic, 0..1
 * @param requests     bid requests allocated to it
 * @param bids         bids sent
 * @param wins         auctions won
 * @param winRate      wins a bid
 * @param losses       auctions that exchanges told to be lost, by OpenRTB's reason; not every exchange tells
 * @param meanModifier mean modifier of all bids
 * @param meanUncertainty mean of the measured uncertainties
 * @param modelVersion latest model version that it bid with
 * @param snapshotVersion latest uncertainty snapshot that it bid with
 * @param units        units that anything was bought for
 * @param impressions  impressions shown
 * @param clicks       clicks
 * @param spend        what was paid
 * @param ctr          clicks an impression
 * @param ecpc         spend a click
 * @param cpm          spend per thousand impressions
 */
public record ArmFigures(@JsonProperty("arm") String arm, @JsonProperty("share") double share,
        @JsonProperty("requests") long requests, @JsonProperty("bids") long bids, @JsonProperty("wins") long wins,
        @JsonProperty("win_rate") @Nullable Double winRate,
        @JsonProperty("losses") Map<Integer, Long> losses,
        @JsonProperty("mean_modifier") @Nullable Double meanModifier,
        @JsonProperty("mean_uncertainty") @Nullable Double meanUncertainty,
        @JsonProperty("model_version") long modelVersion, @JsonProperty("snapshot_version") long snapshotVersion,
        @JsonProperty("units") long units, @JsonProperty("impressions") long impressions,
        @JsonProperty("clicks") long clicks, @JsonProperty("spend") double spend,
        @JsonProperty("ctr") @Nullable Interval ctr, @JsonProperty("ecpc") @Nullable Interval ecpc,
        @JsonProperty("cpm") @Nullable Interval cpm) {}
