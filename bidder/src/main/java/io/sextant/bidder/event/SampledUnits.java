package io.sextant.bidder.event;

import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.UnitSample;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The distinct units of one arm and second, as far as they are in the sample. Assumes one thread. */
final class SampledUnits {
    private final UnitSampling sampling;
    private final Map<UnitKind, SortedSet<Long>> byKind = new EnumMap<>(UnitKind.class);
    private int kept;
    private long dropped;

    SampledUnits(UnitSampling sampling) {
        this.sampling = sampling;
    }

    void add(UnitKind kind, long hash) {
        if (!sampling.samples(hash)) {
            return;
        }
        SortedSet<Long> units = byKind.get(kind);
        if (units != null && units.contains(hash)) {
            return;
        }
        if (kept == sampling.max()) {
            dropped++;
            return;
        }
        byKind.computeIfAbsent(kind, _ -> new TreeSet<>(Long::compareUnsigned)).add(hash);
        kept++;
    }

    /** Writes what there is into the second's message, and forgets it. */
    void take(ArmSecond.Builder second) {
        second.setUnitSampleOneIn(sampling.sampleOneIn()).setUnitsDropped(dropped);
        byKind.forEach((kind, units) -> second.addUnit(UnitSample.newBuilder().setKind(kind).addAllHash(units)));
        byKind.clear();
        kept = 0;
        dropped = 0;
    }
}
