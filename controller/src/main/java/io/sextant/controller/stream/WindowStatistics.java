package io.sextant.controller.stream;

import io.sextant.controller.ControllerConfig;
import io.sextant.controller.WindowConfig;
import io.sextant.protocol.event.SparseHistogram;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.ModifierDistributions;
import io.sextant.uncertainty.quantile.QuantileSketch;
import io.sextant.uncertainty.quantile.SparseHistograms;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Sums leaf cells into exchange cells and the global cell, keeps the most used of them and describes each. Assumes one
 * thread.
 */
final class WindowStatistics {
    private static final String GLOBAL = "";
    private static final int DECILES = 9;

    private final WindowConfig window;
    private final Runnable onOverflow;
    private final QuantileSketch sketch = new QuantileSketch();

    WindowStatistics(ControllerConfig config, Runnable onOverflow) {
        window = config.window();
        this.onOverflow = onOverflow;
    }

    /** A snapshot of everything but what needs other arms: version, gain and the modifiers to draw from. */
    UncertaintySnapshot draft(String arm, long timeMs, long epoch, ExplorationChange change, ArmPanes.Sums sums) {
        ExplorationSettings settings = change.getSettings();
        var draft = UncertaintySnapshot.newBuilder().setArm(arm).setTimeMs(timeMs).setUncertaintyEpoch(epoch)
                .setWindowMs(settings.getWindowMs()).setWindowEndMs(window.windowEndMs(timeMs))
                .setSettings(settings).setSettingsVersion(change.getVersion());
        cells(sums.leaves(), settings.getCellsMax())
                .forEach((name, histogram) -> draft.addCell(statistics(name, histogram, settings)));
        sketch.reset();
        sketch.add(sums.modifiers());
        return draft.setOwnModifiers(ModifierDistributions.of(sketch)).build();
    }

    /* By name, so that the global cell, whose name is empty, comes first. */
    private SortedMap<String, SparseHistogram> cells(Map<String, SparseHistogram> leaves, int maxCells) {
        var cells = new TreeMap<String, SparseHistogram>();
        cells.put(GLOBAL, leaves.values().stream().reduce(SparseHistogram.getDefaultInstance(), SparseHistograms::add));
        var exchanges = new TreeMap<String, SparseHistogram>();
        leaves.forEach((leaf, histogram) -> exchanges.merge(LeafCell.exchange(leaf), histogram, SparseHistograms::add));
        putMostUsed(exchanges, maxCells, _ -> ArmPanes.OTHER, cells);
        putMostUsed(leaves, maxCells, leaf -> LeafCell.exchange(leaf) + "/" + ArmPanes.OTHER, cells);
        return cells;
    }

    private void putMostUsed(Map<String, SparseHistogram> all, int maxCells, UnaryOperator<String> other,
            Map<String, SparseHistogram> into) {
        Set<String> kept = all.keySet();
        if (all.size() > maxCells) {
            Comparator<Map.Entry<String, SparseHistogram>> mostUsed = Comparator
                    .comparingLong((Map.Entry<String, SparseHistogram> cell) -> -cell.getValue().getCount())
                    .thenComparing(Map.Entry::getKey);
            kept = new HashSet<>(all.entrySet().stream().sorted(mostUsed).limit(maxCells)
                    .map(Map.Entry::getKey).toList());
        }
        var overflow = new HashMap<String, SparseHistogram>();
        for (var cell : all.entrySet()) {
            if (kept.contains(cell.getKey())) {
                into.merge(cell.getKey(), cell.getValue(), SparseHistograms::add);
            } else {
                onOverflow.run();
                overflow.merge(other.apply(cell.getKey()), cell.getValue(), SparseHistograms::add);
            }
        }
        overflow.forEach((name, histogram) -> into.merge(name, histogram, SparseHistograms::add));
    }

    private CellStatistics statistics(String name, SparseHistogram histogram, ExplorationSettings settings) {
        sketch.reset();
        sketch.add(histogram);
        var statistics = CellStatistics.newBuilder().setCell(name).setCount(sketch.count()).setMean(sketch.mean())
                .setStandardDeviation(sketch.standardDeviation())
                .setQuantileLowValue(sketch.quantile(settings.getQuantileLow()))
                .setQuantileHighValue(sketch.quantile(settings.getQuantileHigh()));
        for (int decile = 1; decile <= DECILES; decile++) {
            statistics.addDecile(sketch.quantile(decile / 10.0));
        }
        return statistics.build();
    }
}
