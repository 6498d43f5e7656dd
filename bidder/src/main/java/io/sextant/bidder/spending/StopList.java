package io.sextant.bidder.spending;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.protocol.event.StopOrder;
import io.sextant.protocol.event.StopScope;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What operators have stopped.
 *
 * <p>
 * Threading: not thread-safe.
 */
final class StopList {
    /** Orders that hold, by key of their message. */
    private final Map<String, StopOrder> orders = new HashMap<>();

    /** An order, by the key that it may be deleted by. */
    void apply(String key, StopOrder order) {
        if (order.getStopped()) {
            orders.put(key, order);
        } else {
            orders.remove(key);
        }
    }

    /** Bidding may go on. */
    void delete(String key) {
        orders.remove(key);
    }

    /** What is stopped now. */
    Stops stops() {
        Map<StopScope, Set<String>> ids = new EnumMap<>(StopScope.class);
        orders.values().forEach(order -> ids.computeIfAbsent(order.getScope(), _ -> new TreeSet<>())
                .add(order.getId()));
        return new Stops(ids.containsKey(StopScope.STOP_EVERYTHING),
                ids.getOrDefault(StopScope.STOP_EXCHANGE, Set.of()),
                ids.getOrDefault(StopScope.STOP_ADVERTISER, Set.of()),
                ids.getOrDefault(StopScope.STOP_CAMPAIGN, Set.of()));
    }

    /**
     * What is stopped. Immutable.
     *
     * @param everything  all of it
     * @param exchanges   names
     * @param advertisers ids
     * @param campaigns   ids
     */
    record Stops(boolean everything, Set<String> exchanges, Set<String> advertisers, Set<String> campaigns) {
        static final Stops NONE = new Stops(false, Set.of(), Set.of(), Set.of());

        Stops {
            exchanges = Set.copyOf(exchanges);
            advertisers = Set.copyOf(advertisers);
            campaigns = Set.copyOf(campaigns);
        }

        boolean stop(Campaign campaign) {
            return campaigns.contains(campaign.id()) || advertisers.contains(campaign.advertiserId());
        }
    }
}
