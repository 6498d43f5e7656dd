package io.sextant.abtesting.live;

import io.sextant.abtesting.live.TimeSpan.Period;
import io.sextant.abtesting.statistics.UnitMoments;
import io.sextant.protocol.event.UnitKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What units of allocation brought, arm by arm: some 150 bytes a unit that something was bought for. Assumes one thread.
 */
final class ArmUnits {
    /** Columns: what was brought now, then the same of the time before. */
    static final int CLICKS = 0;
    static final int IMPRESSIONS = 1;
    /** In units of the settlement currency. */
    static final int SPEND = 2;
    static final int PAST = 3;
    static final int COLUMNS = 6;

    private static final double NANOS = 1e9;

    private final List<Map<Long, UnitSums>> arms = new ArrayList<>();

    ArmUnits(int arms) {
        for (int i = 0; i < arms; i++) {
            this.arms.add(new HashMap<>());
        }
    }

    private static final class UnitSums {
        private final UnitKind kind;
        private final int[] clicks = new int[2];
        private final int[] impressions = new int[2];
        private final long[] spendNanos = new long[2];

        private UnitSums(UnitKind kind) {
            this.kind = kind;
        }

        private double value(int column) {
            int period = column / PAST;
            return switch (column % PAST) {
                case CLICKS -> clicks[period];
                case IMPRESSIONS -> impressions[period];
                default -> spendNanos[period] / NANOS;
            };
        }
    }

    /** Adds one bid's outcome to its unit. */
    void add(int arm, Period period, UnitKind kind, long unit, int clicks, int impressions, long spendNanos) {
        UnitSums sums = arms.get(arm).computeIfAbsent(unit, _ -> new UnitSums(kind));
        int at = period == Period.NOW ? 0 : 1;
        sums.clicks[at] += clicks;
        sums.impressions[at] += impressions;
        sums.spendNanos[at] += spendNanos;
    }

    /** Kinds that any unit is of, in the order of the protocol. */
    List<UnitKind> kinds() {
        Set<UnitKind> kinds = new HashSet<>();
        arms.forEach(units -> units.values().forEach(unit -> kinds.add(unit.kind)));
        return kinds.stream().sorted(Comparator.naturalOrder()).toList();
    }

    /**
     * An arm's units as columns, in the order of their hashes, so that sums do not depend on the order of messages.
     *
     * @param kinds only these kinds
     * @return [{@value #COLUMNS}][units]
     */
    double[][] columns(int arm, Set<UnitKind> kinds) {
        List<UnitSums> units = arms.get(arm).entrySet().stream().filter(unit -> kinds.contains(unit.getValue().kind))
                .sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue).toList();
        double[][] columns = new double[COLUMNS][units.size()];
        for (int i = 0; i < units.size(); i++) {
            for (int j = 0; j < COLUMNS; j++) {
                columns[j][i] = units.get(i).value(j);
            }
        }
        return columns;
    }

    /** Means and covariances of what {@link #columns} gives. */
    static UnitMoments moments(double[][] columns) {
        var moments = new UnitMoments(COLUMNS);
        double[] unit = new double[COLUMNS];
        for (int i = 0; i < columns[0].length; i++) {
            for (int j = 0; j < COLUMNS; j++) {
                unit[j] = columns[j][i];
            }
            moments.add(unit);
        }
        return moments;
    }

    /** Units that something was bought for in more than one arm: there should be none. */
    long inSeveralArms() {
        Set<Long> seen = new HashSet<>();
        Set<Long> twice = new HashSet<>();
        for (Map<Long, UnitSums> units : arms) {
            units.keySet().stream().filter(unit -> !seen.add(unit)).forEach(twice::add);
        }
        return twice.size();
    }
}
