package io.sextant.perf.loop;

import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.ArrayList;
import java.util.List;

/** What one arm did with the requests of a stretch of time. Threading: one thread at a time. */
final class Bids {
    /** In the order of the requests. */
    final List<Win> wins = new ArrayList<>();
    final QuantileSketch uncertainties = new QuantileSketch();
    /** Natural modifiers of the bids in the explore share. */
    final QuantileSketch modifiers = new QuantileSketch();
    private long uncertaintyEpoch;
    private long impressions;
    private long bids;

    /** Counts a decision. */
    void decided(BidScratch decision, Impression impression) {
        impressions++;
        if (!Double.isNaN(impression.uncertainty())) {
            uncertainties.record(impression.uncertainty());
            uncertaintyEpoch = decision.uncertaintyEpoch();
        }
        if (impression.hasBid()) {
            bids++;
            if (impression.inExploreShare()) {
                modifiers.record(impression.naturalModifier());
            }
        }
    }

    /** Adds what came after. */
    void add(Bids later) {
        wins.addAll(later.wins);
        uncertainties.add(later.uncertainties);
        modifiers.add(later.modifiers);
        uncertaintyEpoch = later.uncertaintyEpoch == 0 ? uncertaintyEpoch : later.uncertaintyEpoch;
        impressions += later.impressions;
        bids += later.bids;
    }

    /** What uncertainties were measured under; 0 if none was. */
    long uncertaintyEpoch() {
        return uncertaintyEpoch;
    }

    /** Impressions that were decided on. */
    long impressions() {
        return impressions;
    }

    /** Of these, impressions with a bid. */
    long bids() {
        return bids;
    }
}
