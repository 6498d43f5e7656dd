package io.sextant.perf.controller;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.fixtures.fleet.FleetShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a simulated fleet asks of the controller: a message a bidder, arm and second, with numbers in every leaf cell.
 *
 * @param bidders  bidders
 * @param cells    leaf cells
 * @param requests requests a second that each bidder answers; a third of them in each arm
 */
record Load(@JsonProperty("bidders") int bidders, @JsonProperty("cells") int cells,
        @JsonProperty("requests_per_bidder") int requests) {
    /** The arm that measures every request; the others measure a few. */
    static final String MEASURING_ARM = "uncertainty";
    static final List<String> ARMS = List.of("control", "random", MEASURING_ARM);
    /** What targets are set for. */
    static final int BIDDERS_STANDARD = 50;
    static final int CELLS_STANDARD = 200;
    /** Fifty bidders of this many answer a million requests a second. */
    static final int REQUESTS_STANDARD = 20_000;
    /** As {@code exploration.measured-share} of the bidder, by default. */
    private static final double MEASURED_SHARE = 0.02;
    private static final int VARIANTS = 12;

    /** The load that targets are set for. */
    static Load standard() {
        return new Load(BIDDERS_STANDARD, CELLS_STANDARD, REQUESTS_STANDARD);
    }

    Load withBidders(int other) {
        return new Load(other, cells, requests);
    }

    Load withCells(int other) {
        return new Load(bidders, other, requests);
    }

    /** Messages a second. */
    int messages() {
        return bidders * ARMS.size();
    }

    /** The messages: the arm's numbers are spread over all cells evenly, which makes the largest messages. */
    FleetShape shape() {
        Map<String, Integer> perCell = new LinkedHashMap<>();
        for (String arm : ARMS) {
            double share = arm.equals(MEASURING_ARM) ? 1 : MEASURED_SHARE;
            long numbers = Math.round(share * requests / ARMS.size() / cells);
            perCell.put(arm, (int) Math.max(1, numbers));
        }
        return new FleetShape(cells, perCell, VARIANTS);
    }
}
