package io.sextant.controller.modifier;

import io.sextant.controller.state.Charge;
import io.sextant.controller.state.PremiumPane;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Charges of all arms by the time of their bids, in panes: a state store, and the same in memory, since every charge asks
 * for a sum over the window. Assumes the stream thread that owns the store.
 */
final class PremiumPanes {
    private final KeyValueStore<String, PremiumPane> store;
    private final Map<String, NavigableMap<Long, PremiumPane>> arms = new HashMap<>();

    /** Reads back what the store holds. */
    PremiumPanes(KeyValueStore<String, PremiumPane> store) {
        this.store = store;
        try (KeyValueIterator<String, PremiumPane> all = store.all()) {
            all.forEachRemaining(entry -> {
                int slash = entry.key.indexOf('/');
                of(entry.key.substring(slash + 1)).put(Long.valueOf(entry.key.substring(0, slash)), entry.value);
            });
        }
    }

    /** Adds a charge to the pane that starts then. */
    void add(Charge charge, long startMs) {
        NavigableMap<Long, PremiumPane> panes = of(charge.getArm());
        PremiumPane sum = Premium.add(panes.getOrDefault(startMs, PremiumPane.getDefaultInstance()), charge);
        panes.put(startMs, sum);
        store.put(key(charge.getArm(), startMs), sum);
    }

    /** Arms that have panes. */
    Collection<String> arms() {
        return arms.keySet();
    }

    /** Sum of the arm's panes that start then or later. */
    PremiumPane window(String arm, long fromMs) {
        return sum(of(arm).tailMap(fromMs, true).values());
    }

    /** Number of the arm's panes that start then or later and have charges under a gain. */
    int steered(String arm, long fromMs) {
        return (int) of(arm).tailMap(fromMs, true).values().stream().filter(pane -> pane.getSteeredCharges() > 0)
                .count();
    }

    /** Sum of the newest panes, so many at most, of those that start then or later and say what exploration costs. */
    PremiumPane recent(String arm, long fromMs, int panes) {
        return sum(of(arm).tailMap(fromMs, true).descendingMap().values().stream()
                .filter(pane -> pane.getGainBaseNanos() > 0).limit(panes).toList());
    }

    /** Deletes panes that start earlier. */
    void expire(long beforeMs) {
        arms.forEach((arm, panes) -> {
            NavigableMap<Long, PremiumPane> old = panes.headMap(beforeMs, false);
            List.copyOf(old.keySet()).forEach(startMs -> store.delete(key(arm, startMs)));
            old.clear();
        });
        arms.values().removeIf(Map::isEmpty);
    }

    private NavigableMap<Long, PremiumPane> of(String arm) {
        return arms.computeIfAbsent(arm, _ -> new TreeMap<>());
    }

    private static PremiumPane sum(Collection<PremiumPane> panes) {
        return panes.stream().reduce(PremiumPane.getDefaultInstance(), Premium::add);
    }

    private static String key(String arm, long startMs) {
        return startMs + "/" + arm;
    }
}
