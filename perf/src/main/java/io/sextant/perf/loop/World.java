package io.sextant.perf.loop;

import io.sextant.fixtures.exchange.Auction.Lot;
import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.fixtures.market.Offer;
import io.sextant.fixtures.market.Opportunity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The market that is bid in, with its clock: request number n comes n intervals after the start. Immutable and thread-safe.
 *
 * @param market            everything that follows from the seed
 * @param requestsPerSecond requests of all arms together, per second of the market
 */
public record World(MarketSimulator market, double requestsPerSecond) {
    private static final long START_MS = Instant.parse("2026-03-02T00:00:00Z").toEpochMilli();
    private static final int FIRST_PRICE = 1;
    /** The market of {@link MarketSettings#ofBench} as it is when nothing else is asked for. */
    public static World standard(long seed) {
        return MarketSettings.ofBench(Map.of()).world(seed);
    }

    /** When a request comes, in milliseconds since the epoch. */
    public long timeMs(long index) {
        return START_MS + (long) (1000 * index / requestsPerSecond);
    }

    /** The first request that comes at or after this time of the market. */
    public long indexAt(Duration sinceStart) {
        return (long) Math.ceil(sinceStart.toMillis() * requestsPerSecond / 1000);
    }

    /** When it is so late, in milliseconds since the epoch. */
    public long timeMs(Duration sinceStart) {
        return START_MS + sinceStart.toMillis();
    }

    /** A request, and what lies behind it. */
    public Offer offer(long index) {
        return market.next(index, timeMs(index));
    }

    /** What a bid pays, in micros of USD per thousand impressions; nothing if it loses. */
    public Optional<Long> price(Offer offer, Opportunity opportunity, long bidCpmMicros) {
        var lot = new Lot(opportunity.impId(), opportunity.floorCpmMicros(),
                market.rivals().highestCpmMicros(opportunity), _ -> Optional.empty());
        var outcome = lot.settle(bidCpmMicros, offer.request().getAt() == FIRST_PRICE);
        return outcome.won() ? Optional.of(outcome.priceCpmMicros()) : Optional.empty();
    }

    /** Who clicks, with nothing shown to anybody yet. */
    public ClickProcess clicks() {
        return market.clicks();
    }
}
