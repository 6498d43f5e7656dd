package io.sextant.bidder.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    @Test
    void shouldCompareEveryFieldButTheRandomId() {
        // "bid" are the facts, which are compared one by one.
        assertThat(Difference.ignored()).containsExactly("bid", "bid.bid_id");
    }

    @Test
    void shouldTellNumbersApartByTheirBits() {
        BidEvent logged = BidEvent.newBuilder().setUncertainty(Double.NaN).setModifier(1).setPlainPctr(0.0)
                .setBid(BidFacts.newBuilder().setBidId("a").setUncertainty(Float.NaN)).build();
        BidEvent same = logged.toBuilder().setBid(logged.getBid().toBuilder().setBidId("b")).build();
        BidEvent other = same.toBuilder().setModifier(Math.nextUp(1.0)).setPlainPctr(-0.0).build();

        assertThat(Difference.between(logged, same)).isEmpty();
        assertThat(Difference.between(logged, other)).extracting(Difference::kind).containsExactly(Kind.MODIFIER,
                Kind.PCTR);
        assertThat(Difference.between(logged, other).getFirst()).asString()
                .isEqualTo("modifier was 1.0 (0x1.0p0), is 1.0000000000000002 (0x1.0000000000001p0)");
    }
}
