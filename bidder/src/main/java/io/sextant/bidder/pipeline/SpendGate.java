package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.protocol.NoBidReason;

/**
 * Says what may be spent. It answers from outside the snapshot, so the decision log keeps what it answered, and a replay
 * answers the same.
 *
 * <p>
 * Threading: shared by all event loops. Never blocks, locks or logs, and allocates nothing.
 */
public interface SpendGate {
    /** Permits everything and reserves nothing. */
    SpendGate OPEN = new SpendGate() {
        @Override
        public NoBidReason admit(String exchange, long nowMs) {
            return NoBidReason.NONE;
        }

        @Override
        public NoBidReason permit(CampaignIndex campaigns, int arm, Impression impression, long nowMs, int[] ads,
                int size, byte[] permitted) {
            PermittedBits.addAll(size, permitted);
            return NoBidReason.NONE;
        }

        @Override
        public NoBidReason reserve(CampaignIndex campaigns, int arm, Impression impression, int campaign, long nanos,
                long nowMs, Held held) {
            return NoBidReason.NONE;
        }
    };

    /**
     * Whether anything may be bid on requests of an exchange.
     *
     * @param nowMs time of the request, milliseconds since the epoch
     * @return NONE, or why not
     */
    NoBidReason admit(String exchange, long nowMs);

    /**
     * Which ads may enter the auction.
     *
     * @param campaigns  the catalogue
     * @param arm        number of the request's arm
     * @param impression what they matched
     * @param nowMs      time of the request, milliseconds since the epoch
     * @param ads        [size] ad numbers, rising
     * @param permitted  out, all clear when it comes: {@link PermittedBits} by place in {@code ads}
     * @return NONE, or why none may
     */
    NoBidReason permit(CampaignIndex campaigns, int arm, Impression impression, long nowMs, int[] ads, int size,
            byte[] permitted);

    /**
     * Reserves the most that a bid can cost.
     *
     * @param campaigns  the catalogue
     * @param arm        number of the request's arm
     * @param impression what is bid on
     * @param campaign   number of the campaign
     * @param nanos      nanos of USD for the one impression
     * @param nowMs      time of the request, milliseconds since the epoch
     * @param held       out, empty when it comes: what is reserved; stays empty where nothing need be
     * @return NONE, or why it may not be bid
     */
    NoBidReason reserve(CampaignIndex campaigns, int arm, Impression impression, int campaign, long nanos, long nowMs,
            Held held);
}
