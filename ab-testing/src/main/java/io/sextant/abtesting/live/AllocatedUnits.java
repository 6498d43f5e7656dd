package io.sextant.abtesting.live;

import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.UnitSample;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Units that were allocated, whether anything was bid or bought for them or not: the sample of them that bidders tell,
 * those whose hash is a multiple of a power of two. Assumes one thread.
 */
final class AllocatedUnits {
    private final List<String> arms;
    private final TimeSpan span;
    private final List<Map<UnitKind, Set<Long>>> units = new ArrayList<>();
    private int oneIn;
    private long dropped;

    AllocatedUnits(List<String> arms, TimeSpan span) {
        this.arms = List.copyOf(arms);
        this.span = span;
        arms.forEach(_ -> units.add(new EnumMap<>(UnitKind.class)));
    }

    /** Takes what an arm of one bidder did in a second. */
    void accept(ArmSecond second) {
        int arm = arms.indexOf(second.getArm());
        if (arm < 0 || second.getUnitSampleOneIn() == 0
                || span.periodOf(second.getSecondMs()) != TimeSpan.Period.NOW) {
            return;
        }
        oneIn = Math.max(oneIn, second.getUnitSampleOneIn());
        dropped += second.getUnitsDropped();
        for (UnitSample sample : second.getUnitList()) {
            units.get(arm).computeIfAbsent(sample.getKind(), _ -> new HashSet<>()).addAll(sample.getHashList());
        }
    }

    /** One in how many units is in the sample; 0 where nothing was sampled. The rarest rate of all bidders holds. */
    int oneIn() {
        return oneIn;
    }

    /** Units that bidders had no room to tell; where there are any, the sample is not a fair one. */
    long dropped() {
        return dropped;
    }

    /** Distinct units of the sample that are of the kind, by arm. */
    long[] counts(UnitKind kind) {
        return units.stream().mapToLong(
                kinds -> kinds.getOrDefault(kind, Set.of()).stream().filter(unit -> (unit & (oneIn - 1)) == 0).count())
                .toArray();
    }
}
