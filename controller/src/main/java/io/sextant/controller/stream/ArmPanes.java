package io.sextant.controller.stream;

import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.protocol.event.SparseHistogram;
import io.sextant.uncertainty.quantile.SparseHistograms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Panes of all arms of a partition, in a state store: (arm, pane, cell) to histogram. Assumes the stream thread that owns
 * the store.
 */
final class ArmPanes {
    /*
     * A pane takes more leaf cells than are published, so that those published are the most used of the window and not
     * those that came first; what comes beyond is counted as the exchange's "other", and when there are exchanges
     * beyond any number, as the exchange "other". So a pane never holds more than four times the bound.
     */
    static final String OTHER = "other";

    /* Leaf cells have a slash, so no cell is named like this. */
    private static final String MODIFIERS = "\u0001";
    private static final int DELETE_BATCH = 10_000;

    private final KeyValueStore<Bytes, SparseHistogram> store;
    private final IntSupplier maxCells;
    private final Runnable onOverflow;
    /** Names in each pane that was written since the start; read back from the store when first needed. */
    private final Map<Bytes, Set<String>> names = new HashMap<>();

    ArmPanes(KeyValueStore<Bytes, SparseHistogram> store, IntSupplier maxCells, Runnable onOverflow) {
        this.store = store;
        this.maxCells = maxCells;
        this.onOverflow = onOverflow;
    }

    /** The sums over some panes: leaf cells by name, and the modifiers. */
    record Sums(TreeMap<String, SparseHistogram> leaves, SparseHistogram modifiers) {}

    void add(ArmSecond second, long paneStartMs) {
        String arm = second.getArm();
        for (CellHistogram cell : second.getUncertaintyList()) {
            if (cell.getHistogram().getCount() > 0) {
                add(arm, paneStartMs, bounded(arm, paneStartMs, cell.getCell()), cell.getHistogram());
            }
        }
        if (second.getModifier().getCount() > 0) {
            add(arm, paneStartMs, MODIFIERS, second.getModifier());
        }
    }

    Sums sum(String arm, long fromMs, long toMs) {
        var leaves = new TreeMap<String, SparseHistogram>();
        SparseHistogram modifiers = SparseHistogram.getDefaultInstance();
        try (KeyValueIterator<Bytes, SparseHistogram> panes = range(arm, fromMs, toMs)) {
            while (panes.hasNext()) {
                KeyValue<Bytes, SparseHistogram> pane = panes.next();
                String name = PaneKey.name(arm, pane.key);
                if (name.equals(MODIFIERS)) {
                    modifiers = SparseHistograms.add(modifiers, pane.value);
                } else {
                    leaves.merge(name, pane.value, SparseHistograms::add);
                }
            }
        }
        return new Sums(leaves, modifiers);
    }

    /** Deletes the arm's panes that start in the range, end exclusive. */
    void delete(String arm, long fromMs, long toMs) {
        delete(store, arm, fromMs, toMs);
        names.keySet().removeIf(pane -> pane.compareTo(PaneKey.first(arm, fromMs)) >= 0
                && pane.compareTo(PaneKey.first(arm, toMs)) < 0);
    }

    /*
     * Keys are collected before they are deleted: a deletion under an open iterator may move cached entries to where
     * the iterator has already been.
     */
    static <V> void delete(KeyValueStore<Bytes, V> store, String arm, long fromMs, long toMs) {
        List<Bytes> keys = new ArrayList<>();
        do {
            keys.clear();
            try (KeyValueIterator<Bytes, V> entries = store.range(PaneKey.first(arm, fromMs),
                    PaneKey.first(arm, toMs))) {
                while (entries.hasNext() && keys.size() < DELETE_BATCH) {
                    keys.add(entries.next().key);
                }
            }
            keys.forEach(store::delete);
        } while (keys.size() == DELETE_BATCH);
    }

    private void add(String arm, long paneStartMs, String name, SparseHistogram histogram) {
        Bytes key = PaneKey.of(arm, paneStartMs, name);
        SparseHistogram stored = store.get(key);
        store.put(key, stored == null ? histogram : SparseHistograms.add(stored, histogram));
    }

    private String bounded(String arm, long paneStartMs, String leaf) {
        Set<String> known = names.computeIfAbsent(PaneKey.first(arm, paneStartMs), _ -> namesIn(arm, paneStartMs));
        if (known.contains(leaf)) {
            return leaf;
        }
        if (known.size() < 2 * maxCells.getAsInt()) {
            known.add(leaf);
            return leaf;
        }
        onOverflow.run();
        String other = LeafCell.exchange(leaf) + "/" + OTHER;
        if (known.contains(other) || known.size() < 4 * maxCells.getAsInt() - 1) {
            known.add(other);
            return other;
        }
        known.add(OTHER + "/" + OTHER);
        return OTHER + "/" + OTHER;
    }

    private Set<String> namesIn(String arm, long paneStartMs) {
        var found = new HashSet<String>();
        try (KeyValueIterator<Bytes, SparseHistogram> panes = range(arm, paneStartMs, paneStartMs + 1)) {
            panes.forEachRemaining(pane -> found.add(PaneKey.name(arm, pane.key)));
        }
        found.remove(MODIFIERS);
        return found;
    }

    private KeyValueIterator<Bytes, SparseHistogram> range(String arm, long fromMs, long toMs) {
        return store.range(PaneKey.first(arm, fromMs), PaneKey.first(arm, toMs));
    }
}
