package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.AdFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The exchanges by name, and the cells that their impressions are counted in. Looking up allocates nothing. */
public final class Exchanges {
    private final Map<String, Exchange> byName = new HashMap<>();
    private final LeafCells leafCells;

    /** Numbers the exchanges in the order of their names. */
    public Exchanges(Map<String, ExchangeConfig> configs) {
        List<String> cells = new ArrayList<>();
        for (var entry : new TreeMap<>(configs).entrySet()) {
            byName.put(entry.getKey(), new Exchange(byName.size(), entry.getKey(), entry.getValue()));
            for (AdFormat format : AdFormat.values()) {
                cells.add(entry.getKey() + "/" + format.label());
            }
        }
        leafCells = new LeafCells(cells);
    }

    /** The exchange with this name, or null if it is not configured. */
    public @Nullable Exchange named(String name) {
        return byName.get(name);
    }

    /** Names of all that are configured. */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** The leaf cells; those of exchange and format have the numbers of {@link Exchange#cell}. */
    public LeafCells leafCells() {
        return leafCells;
    }
}
