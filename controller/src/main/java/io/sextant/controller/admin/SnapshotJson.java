package io.sextant.controller.admin;

import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

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
        BidModifierTable table = table(snapshot);
        var cells = new JsonArray();
        snapshot.getCellList().forEach(cell -> cells.add(of(cell, table)));
        JsonObject json = new JsonObject().put("version", snapshot.getVersion()).put("time_ms", snapshot.getTimeMs())
                .put("age_ms", nowMs - snapshot.getTimeMs()).put("window_ms", snapshot.getWindowMs())
                .put("window_end_ms", snapshot.getWindowEndMs())
                .put("window_age_ms", nowMs - snapshot.getWindowEndMs())
                .put("uncertainty_epoch", snapshot.getUncertaintyEpoch()).put("gain", snapshot.getGain())
                .put("settings_version", snapshot.getSettingsVersion()).put("settings", of(snapshot.getSettings()))
                .put("premium", finite(snapshot.getPremium())).put("capped", snapshot.getCapped())
                .put("curve", of(table.curve(""))).put("cells", cells)
                .put("modifiers", of(snapshot.getModifiers())).put("own_modifiers", of(snapshot.getOwnModifiers()));
        // Of arms that go by it.
        return snapshot.getRankedQuantileCount() == 0 ? json
                : json.put("ranked_quantiles", new JsonArray(snapshot.getRankedQuantileList()));
    }

    /** As bidders see it; one that they refuse has no curve. */
    private static BidModifierTable table(UncertaintySnapshot snapshot) {
        try {
            return BidModifierTable.of(snapshot);
        } catch (IllegalArgumentException e) {
            return BidModifierTable.none();
        }
    }

    /** What uncertainties are held against; null as long as the window is empty. */
    private static @Nullable JsonObject of(@Nullable ModifierCurve curve) {
        return curve == null ? null
                : new JsonObject().put("mean", curve.mean()).put("quantile_low_value", curve.quantileLow())
                        .put("quantile_high_value", curve.quantileHigh()).put("modifier_min", curve.min())
                        .put("modifier_max", curve.max());
    }

    /** The cell, and the modifiers that requests of its deciles' uncertainties get. */
    private static JsonObject of(CellStatistics cell, BidModifierTable table) {
        ModifierCurve curve = table.curve(format(cell.getCell()));
        var modifiers = new JsonArray();
        cell.getDecileList().forEach(
                u -> modifiers.add(table.applied(curve == null ? ModifierCurve.NEUTRAL : curve.natural(u))));
        return new JsonObject().put("cell", cell.getCell()).put("count", cell.getCount()).put("mean", cell.getMean())
                .put("standard_deviation", cell.getStandardDeviation())
                .put("quantile_low_value", cell.getQuantileLowValue())
                .put("quantile_high_value", cell.getQuantileHighValue())
                .put("deciles", new JsonArray(cell.getDecileList())).put("modifiers_at_deciles", modifiers);
    }

    /** The second part of a cell's name; empty where it has none. */
    private static String format(String cell) {
        String[] parts = cell.split("/", 3);
        return parts.length < 2 ? "" : parts[1];
    }

    private static JsonObject of(ExplorationSettings settings) {
        return new JsonObject().put("explore_share", settings.getExploreShare())
                .put("quantile_low", settings.getQuantileLow()).put("quantile_high", settings.getQuantileHigh())
                .put("modifier_min", settings.getModifierMin()).put("modifier_max", settings.getModifierMax())
                .put("time_to_live_ms", settings.getTimeToLiveMs()).put("estimator", word(settings.getEstimator()))
                .put("passes", settings.getPasses()).put("scale", word(settings.getScale()))
                .put("window_ms", settings.getWindowMs()).put("cells", word(settings.getCells()))
                .put("cells_max", settings.getCellsMax()).put("divisor", word(settings.getDivisor()))
                .put("premium_target", settings.getPremiumTarget()).put("premium_cap", settings.getPremiumCap());
    }

    /** ESTIMATOR_MONTE_CARLO is monte-carlo. */
    private static String word(Enum<?> constant) {
        String name = constant.name();
        return name.substring(name.indexOf('_') + 1).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** JSON has no NaN. */
    private static @Nullable Double finite(double x) {
        return Double.isFinite(x) ? x : null;
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
