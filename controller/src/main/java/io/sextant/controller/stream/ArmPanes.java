package io.sextant.controller.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The panes of one arm. Assumes the stream thread that owns the stores. */
final class ArmPanes {
    /*
     * A second is stored once, whole, and added to its pane in memory. When the pane is closed, what it has in memory is
     * added to what the store has of it, cell by cell, and the whole seconds are replaced by empty values, which stay to
     * know repeats by. So the stores alone say everything: seconds that are not empty are exactly what memory holds, and
     * it is made again from them. One that comes for a closed pane opens it again until the next closing.
     *
     * A pane keeps more leaf cells than are published, so that those published are the most used of the window and not of
     * one pane: twice the bound, the most used; the rest is counted as the exchange's "other", and when there are exchanges
     * beyond any number, as the exchange "other". So a pane in the store never holds more than four times the bound. In
     * memory, where it is not yet known which will be the most used, it holds up to eight times, and is cut back to half of
     * that when there are more.
     */
    private static final int CLOSED_OWN = 2;
    private static final int CLOSED_ALL = 4;
    private static final int OPEN_OWN = 4;
    private static final int OPEN_ALL = 8;

    /* Leaf cells have a slash, so no cell is named like these. */
    private static final String MODIFIERS = "\u0001";
    private static final String RANKED = "\u0002";
    /** Of a second that is in its pane in the store, or belongs to none. */
    private static final byte[] TAKEN = new byte[0];
    private static final int DELETE_BATCH = 10_000;

    private final String arm;
    private final KeyValueStore<Bytes, byte[]> seconds;
    private final KeyValueStore<Bytes, byte[]> closed;
    private final Runnable onOverflow;
    private final NavigableMap<Long, OpenPane> open = new TreeMap<>();

    ArmPanes(String arm, KeyValueStore<Bytes, byte[]> seconds, KeyValueStore<Bytes, byte[]> closed,
            Runnable onOverflow) {
        this.arm = arm;
        this.seconds = seconds;
        this.closed = closed;
        this.onOverflow = onOverflow;
    }

    /** What is added to a pane when it is closed, and the keys of the seconds that it comes from. */
    private record OpenPane(Map<String, QuantileSketch> cells, QuantileSketch modifiers, QuantileSketch ranked,
            List<Bytes> keys) {
        OpenPane() {
            this(new HashMap<>(), new QuantileSketch(), new QuantileSketch(), new ArrayList<>());
        }
    }

    /** The sums over some panes: leaf cells by name, the modifiers, and what was predicted of requests. */
    record Sums(Map<String, QuantileSketch> leaves, QuantileSketch modifiers, QuantileSketch ranked) {}

    /**
     * Makes the open panes again from the stored seconds.
     *
     * @param fromMs   nothing is stored from before this
     * @param paneMs   length of a pane
     * @param maxCells bound on the leaf cells that are published
     */
    void restore(long fromMs, long paneMs, int maxCells) {
        try (KeyValueIterator<Bytes, byte[]> stored = seconds.range(PaneKey.first(arm, fromMs),
                PaneKey.first(arm, Long.MAX_VALUE))) {
            while (stored.hasNext()) {
                var entry = stored.next();
                if (entry.value.length > 0) {
                    ArmSecond second = ArmSecond.parseFrom(entry.value);
                    add(second, entry.key, second.getSecondMs() - Math.floorMod(second.getSecondMs(), paneMs),
                            maxCells);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "arm " + arm + ": a stored second cannot be read; with the controller stopped, "
                            + "delete its state directory, and the state is read again from the changelog",
                    e);
        }
    }

    /** Whether the second has been taken before. */
    boolean knows(ArmSecond second) {
        return seconds.get(key(second)) != null;
    }

    /** Takes a second into its pane. */
    void take(ArmSecond second, long paneStartMs, int maxCells) {
        Bytes key = key(second);
        seconds.put(key, second.toByteArray());
        add(second, key, paneStartMs, maxCells);
    }

    /** Takes a second that belongs to no pane: only its repeats will be known. */
    void note(ArmSecond second) {
        seconds.put(key(second), TAKEN);
    }

    /** Closes the panes that end by {@code endMs}; says whether any of them had got something new. */
    boolean close(long endMs, int maxCells) {
        NavigableMap<Long, OpenPane> past = open.headMap(endMs, false);
        boolean any = !past.isEmpty();
        past.forEach((startMs, pane) -> close(startMs, pane, maxCells));
        past.clear();
        return any;
    }

    /** Deletes what starts in the range, end exclusive: panes, and what is known of their seconds. */
    void expire(long fromMs, long toMs) {
        delete(closed, fromMs, toMs);
        delete(seconds, fromMs, toMs);
        open.headMap(toMs, false).clear();
    }

    /** Forgets all panes from {@code fromMs} on; the seconds stay known. */
    void restart(long fromMs) {
        open.values().forEach(pane -> pane.keys().forEach(key -> seconds.put(key, TAKEN)));
        open.clear();
        delete(closed, fromMs, Long.MAX_VALUE);
    }

    /** The sums over the closed panes that start in the range, end exclusive. */
    Sums sum(long fromMs, long toMs) {
        var leaves = new HashMap<String, QuantileSketch>();
        var modifiers = new QuantileSketch();
        var ranked = new QuantileSketch();
        try (KeyValueIterator<Bytes, byte[]> panes = closed.range(PaneKey.first(arm, fromMs),
                PaneKey.first(arm, toMs))) {
            while (panes.hasNext()) {
                var pane = panes.next();
                String name = PaneKey.name(arm, pane.key);
                QuantileSketch sum = switch (name) {
                    case MODIFIERS -> modifiers;
                    case RANKED -> ranked;
                    default -> leaves.computeIfAbsent(name, _ -> new QuantileSketch());
                };
                sum.add(pane.value);
            }
        }
        return new Sums(leaves, modifiers, ranked);
    }

    private void add(ArmSecond second, Bytes key, long paneStartMs, int maxCells) {
        OpenPane pane = open.computeIfAbsent(paneStartMs, _ -> new OpenPane());
        pane.keys().add(key);
        Map<String, QuantileSketch> cells = pane.cells();
        for (int i = 0; i < second.getUncertaintyCount(); i++) {
            CellHistogram cell = second.getUncertainty(i);
            if (cell.getHistogram().getCount() > 0) {
                cells.computeIfAbsent(cell.getCell(), _ -> new QuantileSketch()).addChecked(cell.getHistogram());
            }
        }
        if (cells.size() > OPEN_ALL * maxCells) {
            var most = mostUsed(cells, new HashSet<>(), OPEN_OWN * maxCells, OPEN_ALL * maxCells);
            cells.clear();
            cells.putAll(most);
        }
        pane.modifiers().addChecked(second.getModifier());
        pane.ranked().addChecked(second.getRanked());
    }

    private void close(long startMs, OpenPane pane, int maxCells) {
        Set<String> names = namesIn(startMs);
        boolean stored = !names.isEmpty();
        names.removeAll(Set.of(MODIFIERS, RANKED));
        var bounded = mostUsed(pane.cells(), names, CLOSED_OWN * maxCells, CLOSED_ALL * maxCells);
        if (pane.modifiers().count() > 0) {
            bounded.put(MODIFIERS, pane.modifiers());
        }
        if (pane.ranked().count() > 0) {
            bounded.put(RANKED, pane.ranked());
        }
        bounded.forEach((name, sketch) -> {
            Bytes key = PaneKey.of(arm, startMs, name);
            byte[] before = stored ? closed.get(key) : null;
            if (before != null) {
                sketch.add(before);
            }
            closed.put(key, sketch.toBytes());
        });
        pane.keys().forEach(key -> seconds.put(key, TAKEN));
    }

    /* The most used get their own names among those that are known; what goes by the same name is added up. */
    private Map<String, QuantileSketch> mostUsed(Map<String, QuantileSketch> cells, Set<String> names, int own,
            int all) {
        List<Map.Entry<String, QuantileSketch>> byUse = new ArrayList<>(cells.entrySet());
        byUse.sort(Comparator.comparingLong((Map.Entry<String, QuantileSketch> cell) -> -cell.getValue().count())
                .thenComparing(Map.Entry::getKey));
        var bounded = new HashMap<String, QuantileSketch>();
        for (var cell : byUse) {
            String name = LeafCell.bounded(cell.getKey(), names, own, all);
            if (!name.equals(cell.getKey())) {
                onOverflow.run();
            }
            names.add(name);
            QuantileSketch sum = bounded.putIfAbsent(name, cell.getValue());
            if (sum != null) {
                sum.add(cell.getValue());
            }
        }
        return bounded;
    }

    private Set<String> namesIn(long paneStartMs) {
        var found = new HashSet<String>();
        try (KeyValueIterator<Bytes, byte[]> panes = closed.range(PaneKey.first(arm, paneStartMs),
                PaneKey.first(arm, paneStartMs + 1))) {
            panes.forEachRemaining(pane -> found.add(PaneKey.name(arm, pane.key)));
        }
        return found;
    }

    /* In steps, so that no number of keys fills memory. */
    private void delete(KeyValueStore<Bytes, byte[]> store, long fromMs, long toMs) {
        List<Bytes> keys = new ArrayList<>();
        do {
            keys.clear();
            try (KeyValueIterator<Bytes, byte[]> entries = store.range(PaneKey.first(arm, fromMs),
                    PaneKey.first(arm, toMs))) {
                while (entries.hasNext() && keys.size() < DELETE_BATCH) {
                    keys.add(entries.next().key);
                }
            }
            keys.forEach(store::delete);
        } while (keys.size() == DELETE_BATCH);
    }

    private static Bytes key(ArmSecond second) {
        return PaneKey.of(second.getArm(), second.getSecondMs(), second.getSequence() + "/" + second.getBidder());
    }
}
