package io.sextant.bidder.event;

import io.sextant.bidder.pipeline.LeafCells;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up what one arm did in one second.
 *
 * <p>
 * Threading: assumes one thread; in the bidder the publisher's.
 */
public final class ArmSecondBuilder {
    private final String bidder;
    private final String arm;
    private final LeafCells cells;
    /** Kept from second to second, as long as they are used: a sketch is large. */
    private final Map<Integer, QuantileSketch> uncertainty = new TreeMap<>();
    private final QuantileSketch modifier = new QuantileSketch();
    private final QuantileSketch ranked = new QuantileSketch();
    private final SampledUnits units;
    private long sequence;
    private long requests;
    private long impressions;
    private long bids;
    private double modifierSum;
    private long modelVersion;
    private long uncertaintyEpoch;

    /**
     * Makes an empty one.
     *
     * @param bidder name of this process, unique in the fleet
     * @param arm    name of the arm
     * @param cells  the leaf cells
     * @param units  how units are sampled
     */
    public ArmSecondBuilder(String bidder, String arm, LeafCells cells, UnitSampling units) {
        this.bidder = bidder;
        this.arm = arm;
        this.cells = cells;
        this.units = new SampledUnits(units);
    }

    /** Name of the arm. */
    String arm() {
        return arm;
    }

    /** Whether rows of this epoch can be added to what is there. */
    boolean accepts(long epoch) {
        return requests + impressions == 0 || epoch == uncertaintyEpoch;
    }

    /** Adds what is told of one impression. */
    public void add(ImpressionRow row) {
        modelVersion = Math.max(modelVersion, row.modelVersion);
        uncertaintyEpoch = row.uncertaintyEpoch;
        if (row.has(ImpressionRow.REQUEST)) {
            requests++;
            units.add(row.unitKind, row.unitHash);
        }
        if (row.has(ImpressionRow.IMPRESSION)) {
            impressions++;
            if (row.uncertainty >= 0) {
                uncertainty.computeIfAbsent(row.cell, _ -> new QuantileSketch()).record(row.uncertainty);
                cells.used(row.cell);
            }
        }
        if (row.has(ImpressionRow.BID)) {
            bids++;
            modifierSum += row.modifier;
            if (row.has(ImpressionRow.EXPLORE_SHARE)) {
                modifier.record(row.naturalModifier);
                if (row.ranked >= 0) {
                    ranked.record(row.ranked);
                }
            }
        }
    }

    /** The message of the second; then starts anew. */
    public ArmSecond take(long secondMs, long snapshotVersion) {
        var second = ArmSecond.newBuilder().setBidder(bidder).setArm(arm).setSecondMs(secondMs)
                .setSequence(++sequence).setRequests(requests).setImpressions(impressions).setBids(bids)
                .setUncertaintyEpoch(uncertaintyEpoch).setModifierSum(modifierSum).setModifierCount(bids)
                .setModelVersion(modelVersion).setSnapshotVersion(snapshotVersion);
        for (var cell = uncertainty.entrySet().iterator(); cell.hasNext();) {
            var entry = cell.next();
            if (entry.getValue().count() > 0) {
                second.addUncertainty(CellHistogram.newBuilder().setCell(cells.name(entry.getKey()))
                        .setHistogram(entry.getValue().toSparse()));
                entry.getValue().reset();
            } else if (!cells.lasting(entry.getKey())) {
                cell.remove();
            }
        }
        if (modifier.count() > 0) {
            second.setModifier(modifier.toSparse());
            modifier.reset();
        }
        if (ranked.count() > 0) {
            second.setRanked(ranked.toSparse());
            ranked.reset();
        }
        units.take(second);
        requests = 0;
        impressions = 0;
        bids = 0;
        modifierSum = 0;
        return second.build();
    }
}
