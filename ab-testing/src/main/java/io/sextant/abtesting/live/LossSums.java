package io.sextant.abtesting.live;

import io.sextant.protocol.event.LossCount;
import io.sextant.protocol.event.LossCounts;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Auctions that exchanges told to be lost, by arm and OpenRTB's reason. Assumes one thread. */
final class LossSums {
    private final TimeSpan span;
    private final Map<String, SortedMap<Integer, Long>> arms = new HashMap<>();

    LossSums(TimeSpan span) {
        this.span = span;
    }

    /** Takes the losses of an arm of one bidder in a second. */
    void accept(LossCounts second) {
        if (span.periodOf(second.getSecondMs()) != TimeSpan.Period.NOW) {
            return;
        }
        SortedMap<Integer, Long> reasons = arms.computeIfAbsent(second.getArm(), _ -> new TreeMap<>());
        for (LossCount count : second.getCountList()) {
            reasons.merge(count.getReason(), count.getCount(), Long::sum);
        }
    }

    /** Losses of an arm by reason; empty where none was told. */
    SortedMap<Integer, Long> of(String arm) {
        return new TreeMap<>(arms.getOrDefault(arm, new TreeMap<>()));
    }
}
