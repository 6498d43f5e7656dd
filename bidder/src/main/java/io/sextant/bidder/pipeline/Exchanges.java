package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.AdFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The exchanges by name. Immutable and thread-safe; looking up allocates nothing. */
public final class Exchanges {
    private final Map<String, Exchange> byName = new HashMap<>();
    private final List<String> leafCells = new ArrayList<>();

    /** Numbers the exchanges in the order of their names. */
    public Exchanges(Map<String, ExchangeConfig> configs) {
        for (var entry : new TreeMap<>(configs).entrySet()) {
            byName.put(entry.getKey(), new Exchange(byName.size(), entry.getKey(), entry.getValue()));
            for (AdFormat format : AdFormat.values()) {
                leafCells.add(entry.getKey() + "/" + format.label());
            }
        }
    }

    /** The exchange with this name, or null if it is not configured. */
    public @Nullable Exchange named(String name) {
        return byName.get(name);
    }

    /** Names of the leaf cells, "adx/banner" for example, by {@link Exchange#cell} number. */
    public List<String> leafCells() {
        return List.copyOf(leafCells);
    }
}
