package io.sextant.controller.stream;

import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.uncertainty.modifier.ModifierDistributions;
import io.sextant.uncertainty.modifier.WindowRanks;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What is published of a window.
 *
 * @param startMs   its start
 * @param endMs     its end, exclusive
 * @param settings  the settings under which it was described
 * @param cells     the global cell first, then the others by name
 * @param modifiers the arm's own
 * @param ranks     quantiles of what was predicted of requests; none in an arm that does not tell
 */
record WindowStatistics(long startMs, long endMs, ExplorationSettings settings, List<CellStatistics> cells,
        ModifierDistribution modifiers, List<Double> ranks) {
    private static final String GLOBAL = "";
    private static final int DECILES = 9;

    /**
     * Sums leaf cells into the cells of exchanges and formats and the global cell, keeps the most used of them and describes each.
     *
     * @param sums       over the window's panes; changed
     * @param onOverflow hears of every cell that is counted as "other"
     */
    static WindowStatistics of(long startMs, long endMs, ExplorationSettings settings, ArmPanes.Sums sums,
            Runnable onOverflow) {
        List<CellStatistics> cells = cells(sums.leaves(), settings.getCellsMax(), onOverflow).entrySet().stream()
                .map(cell -> describe(cell.getKey(), cell.getValue(), settings)).toList();
        return new WindowStatistics(startMs, endMs, settings, cells, ModifierDistributions.of(sums.modifiers()),
                WindowRanks.quantiles(sums.ranked()));
    }

    /** Whether the same panes under the same settings are described. */
    boolean isOf(long otherStartMs, long otherEndMs, ExplorationSettings otherSettings) {
        return startMs == otherStartMs && endMs == otherEndMs && settings.equals(otherSettings);
    }

    /* By name, so that the global cell, whose name is empty, comes first. */
    private static SortedMap<String, QuantileSketch> cells(Map<String, QuantileSketch> leaves, int maxCells,
            Runnable onOverflow) {
        var cells = new TreeMap<String, QuantileSketch>();
        cells.put(GLOBAL, new QuantileSketch());
        var exchanges = new HashMap<String, QuantileSketch>();
        var formats = new HashMap<String, QuantileSketch>();
        leaves.forEach((leaf, sketch) -> {
            addTo(cells, GLOBAL, sketch);
            addTo(exchanges, LeafCell.exchange(leaf), sketch);
            addTo(formats, LeafCell.formatCell(leaf), sketch);
        });
        putMostUsed(exchanges, maxCells, _ -> LeafCell.OTHER, cells, onOverflow);
        putMostUsed(formats, maxCells, _ -> LeafCell.ANY_EXCHANGE + "/" + LeafCell.OTHER, cells, onOverflow);
        putMostUsed(leaves, maxCells, LeafCell::other, cells, onOverflow);
        return cells;
    }

    private static void putMostUsed(Map<String, QuantileSketch> all, int maxCells, UnaryOperator<String> other,
            Map<String, QuantileSketch> into, Runnable onOverflow) {
        if (all.size() <= maxCells) {
            into.putAll(all);
            return;
        }
        Set<String> kept = new HashSet<>(all.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, QuantileSketch> cell) -> -cell.getValue().count())
                        .thenComparing(Map.Entry::getKey))
                .limit(maxCells).map(Map.Entry::getKey).toList());
        all.forEach((name, sketch) -> {
            if (kept.contains(name)) {
                addTo(into, name, sketch);
            } else {
                onOverflow.run();
                addTo(into, other.apply(name), sketch);
            }
        });
    }

    private static void addTo(Map<String, QuantileSketch> cells, String name, QuantileSketch sketch) {
        cells.computeIfAbsent(name, _ -> new QuantileSketch()).add(sketch);
    }

    private static CellStatistics describe(String name, QuantileSketch sketch, ExplorationSettings settings) {
        double[] band = sketch.quantiles(settings.getQuantileLow(), settings.getQuantileHigh());
        var statistics = CellStatistics.newBuilder().setCell(name).setCount(sketch.count()).setMean(sketch.mean())
                .setStandardDeviation(sketch.standardDeviation()).setQuantileLowValue(band[0])
                .setQuantileHighValue(band[1]);
        double[] shares = new double[DECILES];
        for (int decile = 1; decile <= DECILES; decile++) {
            shares[decile - 1] = decile / 10.0;
        }
        for (double value : sketch.quantiles(shares)) {
            statistics.addDecile(value);
        }
        return statistics.build();
    }
}
