package io.sextant.abtesting.report;

import io.sextant.protocol.event.ArmMinute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds up the minutes of all arms. A minute that is told again replaces what was told before, so reading the metrics topic
 * twice, or from its start, gives the same totals.
 *
 * <p>
 * Threading: assumes one thread. Memory: one message an arm and minute.
 */
public final class ArmMetrics {
    private final Map<String, SortedMap<Long, ArmMinute>> minutes = new LinkedHashMap<>();

    /**
     * Starts at zero.
     *
     * @param arms names of the arms that are reported even before anything is known of them, in the order of the report;
     *             others follow as they appear
     */
    public ArmMetrics(List<String> arms) {
        arms.forEach(arm -> minutes.put(arm, new TreeMap<>()));
    }

    /** Takes what is known of one arm's minute, in place of what was known of it before. */
    public void accept(ArmMinute minute) {
        minutes.computeIfAbsent(minute.getArm(), _ -> new TreeMap<>()).put(minute.getMinuteMs(), minute);
    }

    /** Every arm's totals, minutes added up in the order of time. */
    public List<ArmTotals> totals() {
        return minutes.entrySet().stream().map(arm -> total(arm.getKey(), arm.getValue())).toList();
    }

    private static ArmTotals total(String arm, SortedMap<Long, ArmMinute> minutes) {
        ArmTotals total = ArmTotals.none(arm);
        for (ArmMinute minute : minutes.values()) {
            total = total.plus(minute);
        }
        return total;
    }
}
