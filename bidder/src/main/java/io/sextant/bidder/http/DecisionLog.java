package io.sextant.bidder.http;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.ByteString;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.decision.DecisionSink;
import io.sextant.bidder.decision.DecisionState;
import io.sextant.bidder.event.EventPublisher;
import io.sextant.bidder.event.ImpressionRing;
import io.sextant.bidder.event.ImpressionRow;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.openrtb.BidRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tells what was decided: the publisher a row an impression, and publisher and directory a share of requests whole. Test requests are not told:
 * nothing of theirs is real.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class DecisionLog {
    /** The share is drawn by request id, so that every bidder samples the same requests. */
    private static final Hasher64 SAMPLE = Hashing.xxh3_64(0x5a3b1eL);

    private final EventPublisher publisher;
    private final DecisionRecords records;
    private final DecisionSink sink;
    private final ModelSources models;
    private final ImpressionRing ring;
    private final double sampleShare;

    /**
     * Makes one.
     *
     * @param records     writes decisions down
     * @param sink        keeps the share of them that is logged whole
     * @param models      where models came from
     * @param sampleShare the share, 0 to 1
     */
    DecisionLog(EventPublisher publisher, DecisionRecords records, DecisionSink sink, ModelSources models,
            double sampleShare) {
        this.publisher = publisher;
        this.records = records;
        this.sink = sink;
        this.models = models;
        this.ring = publisher.newRing();
        this.sampleShare = sampleShare;
    }

    /**
     * Tells of one decision.
     *
     * @param facts of the bids, by impression
     */
    void write(BidRequest request, BidScratch decision, @Nullable BidFacts[] facts) {
        ArmState arm = decision.arm();
        if (arm == null || request.getTest()) {
            return;
        }
        for (int i = 0; i < decision.size(); i++) {
            ImpressionRow row = ring.claim();
            if (row == null) {
                publisher.dropped();
            } else {
                row.set(decision, i);
                ring.publish();
            }
        }
        if (sampleShare > 0 && (SAMPLE.hashCharsToLong(request.getId()) >>> 11) * 0x1p-53 < sampleShare) {
            sample(request, decision, facts);
        }
    }

    private void sample(BidRequest request, BidScratch decision, @Nullable BidFacts[] facts) {
        ByteString bytes = request.toByteString();
        DecisionState state = DecisionState.of(decision, models);
        for (int i = 0; i < decision.size(); i++) {
            BidFacts fact = facts[i];
            BidEvent event = records.event(bytes, decision, i,
                    fact == null ? records.facts(request, decision, decision.impression(i), "") : fact);
            publisher.sample(event);
            sink.decision(event, state);
        }
    }
}
