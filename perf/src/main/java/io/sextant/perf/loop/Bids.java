package io.sextant.perf.loop;

import io.sextant.bidder.event.ArmSecondBuilder;
import io.sextant.bidder.event.ImpressionRow;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Impression;
import java.util.ArrayList;
import java.util.Collections;
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
    void decided(BidScratch decision, ImpressionRow row, ArmSecondBuilder second) {
        requests++;
        for (int i = 0; i < decision.size(); i++) {
            Impression impression = decision.impression(i);
            impressions++;
            if (impression.hasBid()) {
                bids++;
                modifiers += impression.modifier();
            }
            row.set(decision, i);
            second.add(row);
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

    /** Impressions that were bought, in the order of the requests. */
    public List<Win> wins() {
        return Collections.unmodifiableList(wins);
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
