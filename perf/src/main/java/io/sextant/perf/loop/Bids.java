package io.sextant.perf.loop;

import io.sextant.bidder.event.ArmSecondBuilder;
import io.sextant.bidder.event.ImpressionRing;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Impression;
import java.util.ArrayList;
import java.util.List;

/** What one arm did with the requests of a stretch of time. Threading: one thread at a time. */
public final class Bids {
    /** In the order of the requests. */
    final List<Win> wins = new ArrayList<>();
    private long requests;
    private long impressions;
    private long bids;
    private double modifiers;

    /** Counts the decisions about a request, here and in the message of the second. */
    void decided(BidScratch decision, ArmSecondBuilder second) {
        requests++;
        for (int i = 0; i < decision.size(); i++) {
            Impression impression = decision.impression(i);
            impressions++;
            int flags = ImpressionRing.IMPRESSION;
            flags |= i == 0 ? ImpressionRing.REQUEST : 0;
            flags |= impression.inExploreShare() ? ImpressionRing.EXPLORE_SHARE : 0;
            if (impression.hasBid()) {
                flags |= ImpressionRing.BID;
                bids++;
                modifiers += impression.modifier();
            }
            second.add(impression.cell(), flags, impression.uncertainty(), impression.naturalModifier(),
                    impression.modifier(), decision.snapshot().arms().get(decision.armNumber()).modelVersion(),
                    decision.uncertaintyEpoch());
        }
    }

    /** Adds what came after, but for its wins. */
    void count(Bids later) {
        requests += later.requests;
        impressions += later.impressions;
        bids += later.bids;
        modifiers += later.modifiers;
    }

    /** Requests that were the arm's. */
    public long requests() {
        return requests;
    }

    /** Impressions that were decided on. */
    public long impressions() {
        return impressions;
    }

    /** Of these, impressions with a bid. */
    public long bids() {
        return bids;
    }

    /** Sum of the bids' modifiers. */
    public double modifiers() {
        return modifiers;
    }
}
