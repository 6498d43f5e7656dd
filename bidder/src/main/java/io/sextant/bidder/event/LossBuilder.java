package io.sextant.bidder.event;

import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.LossCount;
import io.sextant.protocol.event.LossCounts;
import io.sextant.protocol.event.LossSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the auctions that were lost in one second, by arm, campaign, exchange and reason.
 *
 * <p>
 * Threading: the publisher's.
 */
final class LossBuilder {
    /** Campaigns come from our own tokens, reasons from outside: bounded, or an exchange could fill the memory. */
    private static final int REASON_MAX = 9_999;

    private record Key(String campaign, String exchange, int reason) {}

    private static final class Arm {
        final Map<Key, Long> counts = new HashMap<>();
        final List<LossSample> samples = new ArrayList<>();
    }

    private final String bidder;
    private final int samplesMax;
    private final Map<String, Arm> arms = new HashMap<>();

    LossBuilder(String bidder, int samplesMax) {
        this.bidder = bidder;
        this.samplesMax = samplesMax;
    }

    /** Adds one lost auction; {@code minToWinCpmMicros} is -1 where the exchange did not tell. */
    void add(BidFacts bid, int reason, long minToWinCpmMicros) {
        int kept = reason < 0 || reason > REASON_MAX ? 0 : reason;
        Arm arm = arms.computeIfAbsent(bid.getArm(), _ -> new Arm());
        arm.counts.merge(new Key(bid.getCampaignId(), bid.getExchange(), kept), 1L, Long::sum);
        if (arm.samples.size() < samplesMax) {
            var sample = LossSample.newBuilder().setBid(bid).setReason(kept);
            if (minToWinCpmMicros >= 0) {
                sample.setMinToWinCpmMicros(minToWinCpmMicros);
            }
            arm.samples.add(sample.build());
        }
    }

    /** One message for each arm that lost anything; then starts anew. */
    List<LossCounts> take(long secondMs) {
        List<LossCounts> messages = new ArrayList<>();
        arms.forEach((name, arm) -> {
            var message = LossCounts.newBuilder().setBidder(bidder).setArm(name).setSecondMs(secondMs)
                    .addAllSample(arm.samples);
            arm.counts.forEach((key, count) -> message.addCount(LossCount.newBuilder().setCampaignId(key.campaign())
                    .setExchange(key.exchange()).setReason(key.reason()).setCount(count)));
            messages.add(message.build());
        });
        arms.clear();
        return messages;
    }
}
