package io.sextant.controller.stream;

import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ExplorationConfig;
import io.sextant.controller.WindowConfig;
import io.sextant.protocol.event.SparseHistogram;
import io.sextant.protocol.snapshot.CellStatistics;
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

/**
 * Sums leaf cells into exchange cells and the global cell, keeps the most used of them and describes each. Assumes one
 * thread.
 */
final class WindowStatistics {
    private static final String GLOBAL = "";
    private static final int DECILES = 9;

    private final WindowConfig window;
    private final ExplorationConfig exploration;
    private final Runnable onOverflow;
    private final QuantileSketch sketch = new QuantileSketch();

    WindowStatistics(ControllerConfig config, Runnable onOverflow) {
        window = config.window();
        exploration = config.exploration();
        this.onOverflow = onOverflow;
    }

    /** A snapshot of everything but what needs other arms: version, gain and the modifiers to draw from. */
    UncertaintySnapshot draft(String arm, long timeMs, long epoch, ArmPanes.Sums sums) {
        var draft = UncertaintySnapshot.newBuilder().setArm(arm).setTimeMs(timeMs).setUncertaintyEpoch(epoch)
                .setWindowMs(window.length().toMillis()).setWindowEndMs(window.windowEndMs(timeMs))
                .setSettings(exploration.settings());
        cells(sums.leaves()).forEach((name, histogram) -> draft.addCell(statistics(name, histogram)));
        sketch.reset();
        sketch.add(sums.modifiers());
        return draft.setOwnModifiers(ModifierDistributions.of(sketch)).build();
    }

    /* By name, so that the global cell, whose name is empty, comes first. */
    private SortedMap<String, SparseHistogram> cells(Map<String, SparseHistogram> leaves) {
        var cells = new TreeMap<String, SparseHistogram>();
        cells.put(GLOBAL, leaves.values().stream().reduce(SparseHistogram.getDefaultInstance(), SparseHistograms::add));
        var exchanges = new TreeMap<String, SparseHistogram>();
        leaves.forEach((leaf, histogram) -> exchanges.merge(LeafCell.exchange(leaf), histogram, SparseHistograms::add));
        putMostUsed(exchanges, _ -> ArmPanes.OTHER, cells);
        putMostUsed(leaves, leaf -> LeafCell.exchange(leaf) + "/" + ArmPanes.OTHER, cells);
        return cells;
    }

    private void putMostUsed(Map<String, SparseHistogram> all, java.util.function.UnaryOperator<String> other,
            Map<String, SparseHistogram> into) {
        Set<String> kept = all.keySet();
        if (all.size() > window.maxCells()) {
            Comparator<Map.Entry<String, SparseHistogram>> mostUsed = Comparator
                    .comparingLong((Map.Entry<String, SparseHistogram> cell) -> -cell.getValue().getCount())
                    .thenComparing(Map.Entry::getKey);
            kept = new HashSet<>(all.entrySet().stream().sorted(mostUsed).limit(window.maxCells())
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

    private CellStatistics statistics(String name, SparseHistogram histogram) {
        sketch.reset();
        sketch.add(histogram);
        var statistics = CellStatistics.newBuilder().setCell(name).setCount(sketch.count()).setMean(sketch.mean())
                .setStandardDeviation(sketch.standardDeviation())
                .setQuantileLowValue(sketch.quantile(exploration.quantileLow()))
                .setQuantileHighValue(sketch.quantile(exploration.quantileHigh()));
        for (int decile = 1; decile <= DECILES; decile++) {
            statistics.addDecile(sketch.quantile(decile / 10.0));
        }
        return statistics.build();
    }
}
