package io.sextant.controller.admin;

import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.SortedMap;

/** Snapshots as JSON, for people and scripts. */
final class SnapshotJson {
    private SnapshotJson() {}

    /** An object with one member an arm. */
    static JsonObject of(SortedMap<String, UncertaintySnapshot> snapshots, long nowMs) {
        var arms = new JsonObject();
        snapshots.forEach((arm, snapshot) -> arms.put(arm, of(snapshot, nowMs)));
        return new JsonObject().put("arms", arms);
    }

    private static JsonObject of(UncertaintySnapshot snapshot, long nowMs) {
        var cells = new JsonArray();
        snapshot.getCellList().forEach(cell -> cells.add(of(cell)));
        return new JsonObject().put("version", snapshot.getVersion()).put("time_ms", snapshot.getTimeMs())
                .put("age_ms", nowMs - snapshot.getTimeMs()).put("window_ms", snapshot.getWindowMs())
                .put("window_end_ms", snapshot.getWindowEndMs())
                .put("uncertainty_epoch", snapshot.getUncertaintyEpoch()).put("gain", snapshot.getGain())
                .put("settings", of(snapshot.getSettings())).put("cells", cells)
                .put("modifiers", of(snapshot.getModifiers())).put("own_modifiers", of(snapshot.getOwnModifiers()));
    }

    private static JsonObject of(CellStatistics cell) {
        return new JsonObject().put("cell", cell.getCell()).put("count", cell.getCount()).put("mean", cell.getMean())
                .put("standard_deviation", cell.getStandardDeviation())
                .put("quantile_low_value", cell.getQuantileLowValue())
                .put("quantile_high_value", cell.getQuantileHighValue())
                .put("deciles", new JsonArray(cell.getDecileList()));
    }

    private static JsonObject of(ExplorationSettings settings) {
        return new JsonObject().put("explore_share", settings.getExploreShare())
                .put("quantile_low", settings.getQuantileLow()).put("quantile_high", settings.getQuantileHigh())
                .put("modifier_min", settings.getModifierMin()).put("modifier_max", settings.getModifierMax())
                .put("time_to_live_ms", settings.getTimeToLiveMs());
    }

    private static JsonObject of(ModifierDistribution modifiers) {
        double mean = 0;
        double below = 0;
        for (int i = 0; i < modifiers.getModifierCount(); i++) {
            mean += modifiers.getModifier(i) * (modifiers.getCumulative(i) - below);
            below = modifiers.getCumulative(i);
        }
        return new JsonObject().put("count", modifiers.getCount()).put("mean", mean)
                .put("modifier", new JsonArray(modifiers.getModifierList()))
                .put("cumulative", new JsonArray(modifiers.getCumulativeList()));
    }
}
