package io.sextant.perf.loop;

import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierDistributions;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One arm's rolling window of uncertainties and what bidders are told of it, as the controller tells it: mean, deviation
 * and quantiles of the arm's global cell, summed anew from panes. Threading: one thread at a time.
 */
/*
 * Of the controller's work, cells below the global one are left out, since no modifier is looked up in them under the
 * settings in use, and so is the guard: the gain is 1, exploration is as strong as it can be.
 */
final class ModifierWindow {
    private static final double GAIN = 1;

    private record Pane(QuantileSketch uncertainties, QuantileSketch modifiers) {}

    private final String arm;
    private final ExplorationSettings settings;
    private final int panesMax;
    private final Deque<Pane> panes = new ArrayDeque<>();
    private long uncertaintyEpoch;
    private long version;

    /** An empty window of so many panes. */
    ModifierWindow(String arm, ExplorationSettings settings, int panes) {
        this.arm = arm;
        this.settings = settings;
        this.panesMax = panes;
    }

    /** Takes another pane; the oldest falls out of a full window. */
    void add(Bids bids) {
        if (bids.uncertaintyEpoch() != 0 && bids.uncertaintyEpoch() != uncertaintyEpoch) {
            panes.clear();
            uncertaintyEpoch = bids.uncertaintyEpoch();
        }
        panes.addLast(new Pane(bids.uncertainties, bids.modifiers));
        if (panes.size() > panesMax) {
            panes.removeFirst();
        }
    }

    /** Distribution of the arm's natural modifiers. */
    ModifierDistribution modifiers() {
        var sum = new QuantileSketch();
        panes.forEach(pane -> sum.add(pane.modifiers));
        return ModifierDistributions.of(sum);
    }

    /**
     * The modifiers to bid with from now on.
     *
     * @param drawn what blind arms draw from
     */
    BidModifierTable table(ModifierDistribution drawn, long timeMs) {
        var sum = new QuantileSketch();
        panes.forEach(pane -> sum.add(pane.uncertainties));
        version++;
        double[] band = sum.quantiles(settings.getQuantileLow(), settings.getQuantileHigh());
        return BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm(arm).setVersion(version).setTimeMs(timeMs)
                .setUncertaintyEpoch(uncertaintyEpoch).setGain(GAIN).setSettings(settings).setModifiers(drawn)
                .addCell(CellStatistics.newBuilder().setCount(sum.count()).setMean(sum.mean())
                        .setStandardDeviation(sum.standardDeviation()).setQuantileLowValue(band[0])
                        .setQuantileHighValue(band[1]))
                .build());
    }
}
