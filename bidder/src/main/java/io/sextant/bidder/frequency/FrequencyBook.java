package io.sextant.bidder.frequency;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.FrequencyCap;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.UnitKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts impressions of campaigns with caps by user, a user being a unit of allocation. An impression counts once, at the time of
 * its bid, whichever notice tells it and how often; so every bidder that has read the same topics counts the same.
 *
 * <p>
 * Threading: {@link #of} may be called by any event loop; {@link #count} and {@link #know} are the follower's;
 * {@link #follow} is for whoever reads the catalogue.
 */
public final class FrequencyBook implements FrequencyCaps {
    /** What a campaign's caps need: that many impressions, of that many milliseconds. */
    private record Need(int impressions, long windowMs) {
        boolean exceeds(Need other) {
            return impressions > other.impressions || windowMs > other.windowMs;
        }
    }

    /** What all campaigns need; {@code reading} rises whenever more must be read back than was. */
    private record Needs(Map<String, Need> byCampaign, long longestMs, long reading) {}

    private final FrequencyConfig config;
    private final InstantSource clock;
    private final Cache<Long, FrequencyCounts> users;
    private final LongAdder forgotten = new LongAdder();
    private volatile Needs needs = new Needs(Map.of(), 0, 0);
    private volatile long knownReading = -1;
    private volatile long heardMs = Long.MIN_VALUE;

    /** Knows of nobody. */
    public FrequencyBook(FrequencyConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.users = Caffeine.newBuilder().maximumSize(config.usersMax()).executor(Runnable::run)
                .expireAfter(new LastLooked()).evictionListener((_, _, cause) -> {
                    if (cause == RemovalCause.SIZE) {
                        forgotten.increment();
                    }
                }).build();
    }

    /** An entry is of no use once its newest impression is out of every cap's window. */
    private final class LastLooked implements Expiry<Long, FrequencyCounts> {
        @Override
        public long expireAfterCreate(Long user, FrequencyCounts counts, long nanoTime) {
            return TimeUnit.MILLISECONDS
                    .toNanos(Math.max(0, counts.newestMs() + needs.longestMs - clock.millis()));
        }

        @Override
        public long expireAfterUpdate(Long user, FrequencyCounts counts, long nanoTime, long remaining) {
            return expireAfterCreate(user, counts, nanoTime);
        }

        @Override
        public long expireAfterRead(Long user, FrequencyCounts counts, long nanoTime, long remaining) {
            return remaining;
        }
    }

    /** Publishes gauges. */
    public void measure(MeterRegistry registry) {
        Gauge.builder("bidder.frequency.users", users, Cache::estimatedSize)
                .description("Users whose impressions are counted.").register(registry);
        Gauge.builder("bidder.frequency.known", this, book -> book.isKnown(clock.millis()) ? 1 : 0)
                .description("1 if counts are known, or no campaign has caps; else 0.").register(registry);
        FunctionCounter.builder("bidder.frequency.forgotten", forgotten, LongAdder::sum)
                .description("Users that were forgotten before their time, for want of room.").register(registry);
    }

    /** Counts for the caps of this catalogue. Where they need more than those before, everything is read back again. */
    public void follow(Catalogue catalogue) {
        Map<String, Need> byCampaign = new HashMap<>();
        for (Campaign campaign : catalogue.campaigns()) {
            int impressions = 0;
            long windowMs = 0;
            for (FrequencyCap cap : campaign.frequencyCaps()) {
                impressions = Math.max(impressions, cap.impressions());
                windowMs = Math.max(windowMs, cap.window().toMillis());
            }
            if (impressions > 0) {
                byCampaign.put(campaign.id(), new Need(impressions, windowMs));
            }
        }
        Needs before = needs;
        boolean more = byCampaign.entrySet().stream().anyMatch(each -> {
            Need had = before.byCampaign.get(each.getKey());
            return had == null || each.getValue().exceeds(had);
        });
        long longestMs = byCampaign.values().stream().mapToLong(Need::windowMs).max().orElse(0);
        needs = new Needs(byCampaign, longestMs, before.reading + (more ? 1 : 0));
    }

    @Override
    public FrequencyCounts of(UnitKind kind, long unit, long nowMs) {
        if (needs.byCampaign.isEmpty()) {
            return FrequencyCounts.NOTHING;
        }
        if (kind == UnitKind.UNIT_REQUEST) {
            return config.unknownUser() == FrequencyConfig.Policy.BID ? FrequencyCounts.NOTHING
                    : FrequencyCounts.UNKNOWN;
        }
        if (config.unknownCount() == FrequencyConfig.Policy.NO_BID && !isKnown(nowMs)) {
            return FrequencyCounts.UNKNOWN;
        }
        FrequencyCounts counts = users.getIfPresent(unit);
        return counts == null ? FrequencyCounts.NOTHING : counts;
    }

    /** Whether all impressions that caps look at have been read, and lately. */
    boolean isKnown(long nowMs) {
        Needs now = needs;
        return now.byCampaign.isEmpty()
                || (knownReading == now.reading && nowMs - heardMs <= config.silenceMax().toMillis());
    }

    /** Counts an impression; any number of notices of the same bid may tell it. */
    void count(BidFacts bid) {
        Need need = needs.byCampaign.get(bid.getCampaignId());
        if (need == null || bid.getUnitKind() == UnitKind.UNIT_REQUEST) {
            return;
        }
        long afterMs = clock.millis() - need.windowMs;
        if (bid.getBidTimeMs() <= afterMs) {
            return;
        }
        users.asMap().compute(bid.getUnitHash(),
                (_, before) -> (before == null ? FrequencyCounts.NOTHING : before).with(bid.getCampaignId(),
                        bid.getBidTimeMs(), bid.getBidId().hashCode(), need.impressions, afterMs));
    }

    /** Number of the reading that the caps in force need; 0 as long as there are none. */
    long reading() {
        return needs.reading;
    }

    /** How far a reading goes back. */
    Duration lookBack() {
        Duration longest = Duration.ofMillis(needs.longestMs);
        return longest.compareTo(config.lookBackMax()) < 0 ? longest : config.lookBackMax();
    }

    /** Notes that a reading has counted all that Kafka had at a time. */
    void know(long reading, long timeMs) {
        heardMs = timeMs;
        knownReading = reading;
    }
}
