package io.sextant.bidder.replay;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.pipeline.BidLowering;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pipeline.Limits;
import io.sextant.protocol.event.BidEvent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lowers bids as they were lowered when a request was decided: what strategies and shading knew at the time is not kept, only
 * what they made of the bids. What nothing is logged of keeps its value.
 *
 * <p>
 * Threading: for one thread.
 */
final class LoggedLowering implements BidLowering {
    /** By impression of the request. */
    private final @Nullable BidEvent[] logged = new @Nullable BidEvent[Limits.IMPRESSIONS_MAX];

    /** Forgets what was logged of another request. */
    void begin() {
        Arrays.fill(logged, null);
    }

    /**
     * Answers from now on as is logged of this impression, too.
     *
     * @return whether that is what it has answered so far
     */
    boolean follow(BidEvent event) {
        logged[event.getImpIndex()] = event;
        return event.getLoweredOut() == 0 && !event.hasLoweredCpmMicros();
    }

    @Override
    public long bidCpmMicros(BidScratch decision, Impression impression, Campaign campaign, boolean firstPrice,
            long valueCpmMicros, long floorCpmMicros) {
        BidEvent event = logged[impression.number()];
        if (event == null) {
            return valueCpmMicros;
        }
        // How far below its floor a bid was lowered makes no difference, nor how far one that got no reservation.
        if (impression.loweredOut() < event.getLoweredOut()) {
            return 0;
        }
        boolean isChosen = impression.reservationsRefused() == event.getReservationsRefused();
        return isChosen && event.hasLoweredCpmMicros() ? event.getLoweredCpmMicros() : valueCpmMicros;
    }
}
