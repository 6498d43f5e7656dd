package io.sextant.bidder.http;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.ByteString;
import io.sextant.bidder.event.EventPublisher;
import io.sextant.bidder.event.ImpressionRing;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;
import org.jspecify.annotations.Nullable;

/**
 * Tells the publisher what was decided: a row an impression, and a share of requests whole. Test requests are not told:
 * nothing of theirs is real.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class DecisionLog {
    /** The share is drawn by request id, so that every bidder samples the same requests. */
    private static final Hasher64 SAMPLE = Hashing.xxh3_64(0x5a3b1eL);

    private final EventPublisher publisher;
    private final ImpressionRing ring;
    private final double sampleShare;

    DecisionLog(EventPublisher publisher, double sampleShare) {
        this.publisher = publisher;
        this.ring = publisher.newRing();
        this.sampleShare = sampleShare;
    }

    /**
     * Tells of one decision.
     *
     * @param facts  of the bids, by impression
     * @param answer makes the facts of the others
     */
    void write(BidRequest request, BidScratch decision, @Nullable BidFacts[] facts, BidAnswer answer) {
        ArmState arm = decision.arm();
        if (arm == null || request.getTest()) {
            return;
        }
        long epoch = arm.model() == null ? 0 : arm.model().description().uncertaintyEpoch();
        for (int i = 0; i < decision.size(); i++) {
            Impression impression = decision.impression(i);
            int flags = ImpressionRing.IMPRESSION + (i == 0 ? ImpressionRing.REQUEST : 0)
                    + (impression.hasBid() ? ImpressionRing.BID : 0)
                    + (impression.inExploreShare() ? ImpressionRing.EXPLORE_SHARE : 0);
            if (!ring.offer(decision.nowMs(), decision.armNumber(), impression.cell(), flags, impression.uncertainty(),
                    impression.modifier(), Math.max(0, arm.modelVersion()), epoch)) {
                publisher.dropped();
            }
        }
        if (sampleShare > 0 && (SAMPLE.hashCharsToLong(request.getId()) >>> 11) * 0x1p-53 < sampleShare) {
            sample(request, decision, arm, facts, answer);
        }
    }

    private void sample(BidRequest request, BidScratch decision, ArmState arm, @Nullable BidFacts[] facts,
            BidAnswer answer) {
        ByteString bytes = request.toByteString();
        BidModifierTable table = arm.modifiers().at(decision.nowMs());
        ModifierCurve curve = table.curve();
        for (int i = 0; i < decision.size(); i++) {
            Impression impression = decision.impression(i);
            BidFacts fact = facts[i];
            var event = BidEvent.newBuilder()
                    .setBid(fact == null ? answer.facts(request, decision, impression, "") : fact).setRequest(bytes)
                    .setCatalogueSha256(decision.snapshot().catalogueVersion()).setGain(table.gain())
                    .setFloorCpmMicros(impression.floorCpmMicros()).setCandidates(impression.candidates())
                    .setExplored(impression.explored());
            if (curve != null) {
                event.setCellMean(curve.mean()).setQuantileLowValue(curve.quantileLow())
                        .setQuantileHighValue(curve.quantileHigh());
            }
            if (fact == null) {
                event.setNoBidReason(impression.reason().name());
            }
            publisher.sample(event.build());
        }
    }
}
