package io.sextant.bidder.replay;

import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.pipeline.Held;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pipeline.Limits;
import io.sextant.bidder.pipeline.PermittedBits;
import io.sextant.bidder.pipeline.SpendGate;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers as the gate did when a request was decided; permits what nothing is logged of.
 *
 * <p>
 * Threading: for one thread.
 */
final class LoggedGate implements SpendGate {
    /** By impression of the request. */
    private final @Nullable BidEvent[] logged = new @Nullable BidEvent[Limits.IMPRESSIONS_MAX];
    private NoBidReason admitted = NoBidReason.NONE;

    /** Forgets what was logged of another request. */
    void begin() {
        Arrays.fill(logged, null);
        admitted = NoBidReason.NONE;
    }

    /**
     * Answers from now on as is logged of this impression, too.
     *
     * @return whether that is what it has answered so far
     */
    boolean follow(BidEvent event) {
        logged[event.getImpIndex()] = event;
        NoBidReason reason = reason(event);
        boolean refused = event.getPermitted().isEmpty()
                && (reason == NoBidReason.STOPPED || reason == NoBidReason.LEDGER_SILENT);
        boolean same = event.getPermitted().isEmpty() && event.getReservationsRefused() == 0
                && event.getBid().getLeaseId() == 0 && refused == (admitted != NoBidReason.NONE);
        admitted = refused ? reason : NoBidReason.NONE;
        return same;
    }

    @Override
    public NoBidReason admit(String exchange, long nowMs) {
        return admitted;
    }

    @Override
    public NoBidReason permit(CampaignIndex campaigns, int arm, Impression impression, long nowMs, int[] ads, int size,
            byte[] permitted) {
        BidEvent event = logged[impression.number()];
        if (event == null || event.getPermitted().isEmpty()) {
            PermittedBits.addAll(size, permitted);
            return NoBidReason.NONE;
        }
        byte[] set = event.getPermitted().toByteArray();
        boolean any = false;
        for (int place = 0; place < size; place++) {
            if (PermittedBits.contains(place, set)) {
                PermittedBits.add(place, permitted);
                any = true;
            }
        }
        return any ? NoBidReason.NONE : reason(event);
    }

    @Override
    public NoBidReason reserve(CampaignIndex campaigns, int arm, Impression impression, int campaign, long nanos,
            long nowMs, Held held) {
        BidEvent event = logged[impression.number()];
        if (event == null) {
            return NoBidReason.NONE;
        }
        if (impression.reservationsRefused() >= event.getReservationsRefused()) {
            BidFacts bid = event.getBid();
            held.set(bid.getLeaseId(), bid.getBudgetDay(), bid.getReservation());
            return NoBidReason.NONE;
        }
        // Why the best were refused is not logged where another one was taken in the end.
        NoBidReason reason = reason(event);
        return reason == NoBidReason.NONE ? NoBidReason.NO_LEASE : reason;
    }

    private static NoBidReason reason(BidEvent event) {
        return event.getNoBidReason().isEmpty() ? NoBidReason.NONE : NoBidReason.valueOf(event.getNoBidReason());
    }
}
