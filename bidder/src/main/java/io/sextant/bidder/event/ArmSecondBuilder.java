package io.sextant.bidder.event;

import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.List;
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
    private final List<String> cells;
    /** Kept from second to second: a sketch is large. */
    private final Map<Integer, QuantileSketch> uncertainty = new TreeMap<>();
    private final QuantileSketch modifier = new QuantileSketch();
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
     * @param cells  leaf cells, by number
     */
    public ArmSecondBuilder(String bidder, String arm, List<String> cells) {
        this.bidder = bidder;
        this.arm = arm;
        this.cells = cells;
    }

    /** Name of the arm. */
    String arm() {
        return arm;
    }

    /** Whether rows of this epoch can be added to what is there. */
    boolean accepts(long epoch) {
        return requests + impressions == 0 || epoch == uncertaintyEpoch;
    }

    /** Adds a row of an {@link ImpressionRing}; see {@link ImpressionRing#offer}. */
    public void add(int cell, int flags, double u, double natural, double applied, long version, long epoch) {
        modelVersion = Math.max(modelVersion, version);
        uncertaintyEpoch = epoch;
        if ((flags & ImpressionRing.REQUEST) != 0) {
            requests++;
        }
        if ((flags & ImpressionRing.IMPRESSION) != 0) {
            impressions++;
            if (u >= 0) {
                uncertainty.computeIfAbsent(cell, _ -> new QuantileSketch()).record(u);
            }
        }
        if ((flags & ImpressionRing.BID) != 0) {
            bids++;
            modifierSum += applied;
            if ((flags & ImpressionRing.EXPLORE_SHARE) != 0) {
                modifier.record(natural);
            }
        }
    }

    /** The message of the second; then starts anew. */
    public ArmSecond take(long secondMs, long snapshotVersion) {
        var second = ArmSecond.newBuilder().setBidder(bidder).setArm(arm).setSecondMs(secondMs)
                .setSequence(++sequence).setRequests(requests).setImpressions(impressions).setBids(bids)
                .setUncertaintyEpoch(uncertaintyEpoch).setModifierSum(modifierSum).setModifierCount(bids)
                .setModelVersion(modelVersion).setSnapshotVersion(snapshotVersion);
        for (var entry : uncertainty.entrySet()) {
            if (entry.getValue().count() > 0) {
                second.addUncertainty(CellHistogram.newBuilder().setCell(cells.get(entry.getKey()))
                        .setHistogram(entry.getValue().toSparse()));
                entry.getValue().reset();
            }
        }
        if (modifier.count() > 0) {
            second.setModifier(modifier.toSparse());
            modifier.reset();
        }
        requests = 0;
        impressions = 0;
        bids = 0;
        modifierSum = 0;
        return second.build();
    }
}
