package io.sextant.bidder.frequency;

import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.FrequencyCap;
import io.sextant.bidder.frequency.FrequencyConfig.Policy;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.UnitKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FrequencyBookTest {
    private static final long NOW_MS = Instant.parse("2026-07-01T12:00:00Z").toEpochMilli();
    private static final long MINUTE_MS = 60_000;
    private static final Campaign HOURLY = campaign("hourly").caps(new FrequencyCap(2, Duration.ofHours(1))).build();
    private static final Campaign BOTH = campaign("both").caps(new FrequencyCap(3, Duration.ofDays(1)),
            new FrequencyCap(1, Duration.ofMinutes(10))).build();
    private static final Campaign FREE = campaign("free").build();

    private long nowMs = NOW_MS;

    private FrequencyBook book(Policy unknownUser, Policy unknownCount, Campaign... campaigns) {
        var book = new FrequencyBook(
                new FrequencyConfig(unknownUser, unknownCount, Duration.ofMinutes(1), Duration.ofDays(7), 1_000),
                () -> Instant.ofEpochMilli(nowMs));
        book.follow(new Catalogue("1", List.of(campaigns)));
        return book;
    }

    private FrequencyBook known(Campaign... campaigns) {
        FrequencyBook book = book(Policy.NO_BID, Policy.NO_BID, campaigns);
        book.know(book.reading(), Long.MAX_VALUE);
        return book;
    }

    private static BidFacts seen(long unit, Campaign campaign, String bidId, long timeMs) {
        return BidFacts.newBuilder().setUnitKind(UnitKind.UNIT_USER).setUnitHash(unit).setCampaignId(campaign.id())
                .setBidId(bidId).setBidTimeMs(timeMs).build();
    }

    private boolean capped(FrequencyBook book, long unit, Campaign campaign) {
        return book.of(UnitKind.UNIT_USER, unit, nowMs).isCapped(campaign, nowMs);
    }

    /** Two in an hour: seen 50 and 20 minutes ago, the first one leaves the window in ten minutes. */
    @Test
    void shouldCapUntilTheWindowIsOver() {
        FrequencyBook book = known(HOURLY);
        book.count(seen(1, HOURLY, "a", NOW_MS - 50 * MINUTE_MS));
        assertThat(capped(book, 1, HOURLY)).isFalse();
        book.count(seen(1, HOURLY, "b", NOW_MS - 20 * MINUTE_MS));
        assertThat(capped(book, 1, HOURLY)).isTrue();
        assertThat(capped(book, 2, HOURLY)).as("somebody else").isFalse();

        nowMs = NOW_MS + 10 * MINUTE_MS - 1;
        assertThat(capped(book, 1, HOURLY)).isTrue();
        nowMs++;
        assertThat(capped(book, 1, HOURLY)).isFalse();
    }

    @Test
    void shouldHoldAllCapsAtOnce() {
        FrequencyBook book = known(BOTH, HOURLY);
        book.count(seen(1, BOTH, "a", NOW_MS - 9 * MINUTE_MS));
        assertThat(capped(book, 1, BOTH)).as("once in ten minutes").isTrue();
        assertThat(capped(book, 1, HOURLY)).as("another campaign").isFalse();

        nowMs = NOW_MS + MINUTE_MS;
        assertThat(capped(book, 1, BOTH)).isFalse();
        book.count(seen(1, BOTH, "b", NOW_MS - 20 * 60 * MINUTE_MS));
        book.count(seen(1, BOTH, "c", NOW_MS - 23 * 60 * MINUTE_MS));
        assertThat(capped(book, 1, BOTH)).as("three in a day").isTrue();
    }

    @Test
    void shouldCountABidOnceHoweverOftenAndLateItIsTold() {
        FrequencyBook book = known(HOURLY);
        book.count(seen(1, HOURLY, "a", NOW_MS - 30));
        book.count(seen(1, HOURLY, "a", NOW_MS - 30));
        assertThat(capped(book, 1, HOURLY)).isFalse();
        book.count(seen(1, HOURLY, "b", NOW_MS - 20));
        book.count(seen(1, HOURLY, "c", NOW_MS - 10));
        // The newest two are kept; the bill of the first one comes again.
        book.count(seen(1, HOURLY, "a", NOW_MS - 30));

        nowMs = NOW_MS + 60 * MINUTE_MS - 20;
        assertThat(capped(book, 1, HOURLY)).isFalse();
    }

    @Test
    void shouldFollowThePolicyWhereNothingCanBeKnown() {
        FrequencyBook careful = book(Policy.NO_BID, Policy.NO_BID, HOURLY);
        FrequencyBook bold = book(Policy.BID, Policy.BID, HOURLY);
        assertThat(capped(careful, 1, HOURLY)).as("not read yet").isTrue();
        assertThat(capped(careful, 1, FREE)).as("without caps").isFalse();
        assertThat(capped(bold, 1, HOURLY)).isFalse();

        careful.know(careful.reading(), NOW_MS);
        assertThat(capped(careful, 1, HOURLY)).isFalse();
        assertThat(careful.of(UnitKind.UNIT_REQUEST, 1, nowMs).isCapped(HOURLY, nowMs)).as("no id").isTrue();
        assertThat(bold.of(UnitKind.UNIT_REQUEST, 1, nowMs).isCapped(HOURLY, nowMs)).isFalse();

        nowMs = NOW_MS + MINUTE_MS;
        assertThat(capped(careful, 1, HOURLY)).isFalse();
        nowMs++;
        assertThat(capped(careful, 1, HOURLY)).as("Kafka is silent").isTrue();
        bold.count(seen(1, HOURLY, "a", nowMs));
        bold.count(seen(1, HOURLY, "b", nowMs));
        assertThat(capped(bold, 1, HOURLY)).as("no more than is known").isTrue();
    }

    @Test
    void shouldReadBackAgainOnlyWhenACatalogueNeedsMore() {
        FrequencyBook book = book(Policy.NO_BID, Policy.NO_BID, FREE);
        assertThat(book.reading()).isZero();
        assertThat(book.isKnown(nowMs)).isTrue();

        book.follow(new Catalogue("2", List.of(HOURLY)));
        assertThat(book.reading()).isOne();
        assertThat(book.isKnown(nowMs)).isFalse();
        assertThat(book.lookBack()).isEqualTo(Duration.ofHours(1));
        book.follow(new Catalogue("3", List.of(HOURLY, FREE)));
        assertThat(book.reading()).isOne();
        book.follow(new Catalogue("4", List.of(HOURLY, BOTH)));
        assertThat(book.reading()).isEqualTo(2);
        assertThat(book.lookBack()).isEqualTo(Duration.ofDays(1));
        book.follow(new Catalogue("5",
                List.of(campaign("hourly").caps(new FrequencyCap(1, Duration.ofDays(30))).build())));
        assertThat(book.reading()).isEqualTo(3);
        assertThat(book.lookBack()).as("no further than the setting").isEqualTo(Duration.ofDays(7));
    }

    @Test
    void shouldForgetUsersBeyondItsRoomAndSaySo() {
        var registry = new SimpleMeterRegistry();
        FrequencyBook book = known(HOURLY);
        book.measure(registry);
        for (int unit = 0; unit < 3_000; unit++) {
            book.count(seen(unit, HOURLY, "bid-" + unit, NOW_MS));
        }

        assertThat(registry.get("bidder.frequency.users").gauge().value()).isLessThanOrEqualTo(1_000);
        assertThat(registry.get("bidder.frequency.forgotten").functionCounter().count()).isGreaterThanOrEqualTo(2_000);
    }

    /** Against a list of all impressions: three users, two campaigns, notices doubled and out of order, time going on. */
    @Property(tries = 200, seed = "1")
    void shouldAgreeWithAListOfAllImpressions(@ForAll long seed) {
        var random = new Random(seed);
        nowMs = NOW_MS;
        FrequencyBook book = known(HOURLY, BOTH);
        Map<String, BidFacts> all = new HashMap<>();
        List<BidFacts> told = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            nowMs += random.nextInt(20) * MINUTE_MS;
            Campaign campaign = random.nextBoolean() ? HOURLY : BOTH;
            BidFacts bid = told.isEmpty() || random.nextInt(3) > 0
                    ? seen(random.nextInt(3), campaign, "bid-" + step, nowMs - random.nextInt(90) * MINUTE_MS)
                    : told.get(random.nextInt(told.size()));
            told.add(bid);
            all.put(bid.getBidId(), bid);
            book.count(bid);
            for (int unit = 0; unit < 3; unit++) {
                for (Campaign each : List.of(HOURLY, BOTH)) {
                    assertThat(capped(book, unit, each)).as("step %s, user %s, %s", step, unit, each.id())
                            .isEqualTo(isReached(all, unit, each));
                }
            }
        }
    }

    private boolean isReached(Map<String, BidFacts> all, long unit, Campaign campaign) {
        return campaign.frequencyCaps().stream().anyMatch(cap -> all.values().stream()
                .filter(bid -> bid.getUnitHash() == unit && bid.getCampaignId().equals(campaign.id())
                        && bid.getBidTimeMs() > nowMs - cap.window().toMillis())
                .count() >= cap.impressions());
    }
}
