package io.sextant.bidder.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.lowering.BidPlanner.Event;
import io.sextant.bidder.shading.ShadingConfig;
import io.sextant.bidder.strategy.StrategyConfig;
import io.sextant.protocol.event.BidFacts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BidPlannerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int LOST_TO_HIGHER_BID = 102;
    private static final int FILTERED = 200;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Counts<Event> counts = Counts.register(registry, "outcomes", "Outcomes.", "event", Event.class);
    private final LoweredBids bids = new LoweredBids();
    private final AtomicBoolean awake = new AtomicBoolean();

    @Test
    void shouldPublishWhatItLearnsOnceRequestsAreReal() {
        try (var planner = planner()) {
            planner.measure(registry);
            for (int i = 0; i < 20; i++) {
                BidFacts bid = AuctionsOfOneSeller.bid(i, 4_000_000, 2_000_000, true);
                if (i % 2 == 0) {
                    planner.won(bid, 2_000_000, AuctionOutcome.UNTOLD);
                    planner.won(bid, 2_000_000, AuctionOutcome.UNTOLD);
                } else {
                    planner.lost(bid, i == 1 ? FILTERED : LOST_TO_HIGHER_BID, AuctionOutcome.UNTOLD);
                }
            }
            await().atMost(SOON).until(() -> counts.count(Event.LOST) == 9);
            assertThat(bids.current()).as("warming up").isSameAs(BidPlans.NONE);

            awake.set(true);
            await().atMost(SOON).until(() -> bids.current() != BidPlans.NONE);
        }

        assertThat(counts.count(Event.WON)).isEqualTo(10);
        assertThat(counts.count(Event.REPEATED)).isEqualTo(10);
        assertThat(counts.count(Event.NOT_BY_PRICE)).isOne();
        assertThat(bids.current().curves(0)).isNotNull();
        assertThat(bids.current().curves(1)).as("has told of no loss").isNull();
        assertThat(registry.get("bidder.shading.auctions").gauge().value()).isGreaterThan(18);
        assertThat(registry.get("bidder.strategy.planned").gauge().value()).isZero();
    }

    private BidPlanner planner() {
        return new BidPlanner(ShadingConfig.standard(true), new StrategyConfig(200, 20_000, 400, 100),
                AuctionsOfOneSeller.EXCHANGES, List.of("control"), BudgetOutlook.UNKNOWN, bids,
                () -> new Catalogue("1", List.of()), awake::get, counts);
    }
}
