package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.CatalogueConfig;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.frequency.FrequencyBook;
import io.sextant.bidder.frequency.FrequencyConfig;
import io.sextant.bidder.frequency.FrequencyConfig.Policy;
import io.sextant.bidder.frequency.ImpressionFollower;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.TopicCreator;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.UnitKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two bidders count the same users' impressions from one broker, one of them from its start on, the other from later. */
class FrequencyOverKafkaTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    private Path folder;

    private final InstantSource clock = InstantSource.system();

    @Test
    void shouldCountTheSameInEveryBidderWhenItReadsBackAndWhenItFollows() throws Exception {
        Catalogue catalogue = catalogue();
        Campaign campaign = catalogue.campaigns().getFirst();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
            KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
            try (TopicCreator.Creation topics = new TopicCreator(kafka).createInBackground(Topics.all())) {
                await().atMost(PATIENCE).until(topics::done);
            }
            FrequencyBook first = book(catalogue);
            FrequencyBook second = book(catalogue);
            try (var producer = new KafkaProducer<String, byte[]>(KafkaClients.producer(kafka, "test"));
                    var _ = follower(kafka, first)) {
                long nowMs = clock.millis();
                impression(producer, 1, nowMs);
                impression(producer, 2, nowMs - 2 * HOUR_MS);
                await().atMost(PATIENCE).until(() -> isCapped(first, 1, campaign) && !isCapped(first, 2, campaign));

                try (var _ = follower(kafka, second)) {
                    await().atMost(PATIENCE).until(() -> !isCapped(second, 2, campaign));
                    assertThat(isCapped(second, 1, campaign)).as("read back").isTrue();
                    assertThat(isCapped(second, 3, campaign)).isFalse();
                    BidFacts third = bid(3, nowMs);
                    send(producer, Topics.BILLS, nowMs, BillEvent.newBuilder().setBid(third).build().toByteArray());
                    await().atMost(PATIENCE)
                            .until(() -> isCapped(first, 3, campaign) && isCapped(second, 3, campaign));
                }
            }
        }
    }

    private boolean isCapped(FrequencyBook book, long unit, Campaign campaign) {
        long nowMs = clock.millis();
        return book.of(UnitKind.UNIT_DEVICE, unit, nowMs).isCapped(campaign, nowMs);
    }

    private FrequencyBook book(Catalogue catalogue) {
        var book = new FrequencyBook(new FrequencyConfig(Policy.NO_BID, Policy.NO_BID, Duration.ofMinutes(1),
                Duration.ofDays(7), 1_000), clock);
        book.follow(catalogue);
        return book;
    }

    private ImpressionFollower follower(KafkaConfig kafka, FrequencyBook book) {
        return new ImpressionFollower(kafka, book, Counts.register(new SimpleMeterRegistry(), "frequency", "Notices.",
                "event", ImpressionFollower.Event.class), clock);
    }

    private static BidFacts bid(long unit, long timeMs) {
        return BidFacts.newBuilder().setBidId("bid-" + unit).setUnitKind(UnitKind.UNIT_DEVICE).setUnitHash(unit)
                .setCampaignId("once").setBidTimeMs(timeMs).build();
    }

    private static void impression(KafkaProducer<String, byte[]> producer, long unit, long timeMs) throws Exception {
        send(producer, Topics.IMPRESSIONS, timeMs,
                ImpressionEvent.newBuilder().setBid(bid(unit, timeMs)).build().toByteArray());
    }

    private static void send(KafkaProducer<String, byte[]> producer, Topics topic, long timeMs, byte[] event)
            throws Exception {
        producer.send(new ProducerRecord<>(topic.topic(), null, timeMs, "bid", event)).get(30, TimeUnit.SECONDS);
    }

    private Catalogue catalogue() throws Exception {
        Path file = Files.writeString(folder.resolve("campaigns.yaml"),
                """
                        campaigns:
                          - id: once
                            seat: seat-1
                            advertiser-id: adv-1
                            advertiser-domains: [brand.example]
                            cpc: 2
                            frequency-caps: ["1 in 1h"]
                            creatives:
                              - {id: banner, format: banner, sizes: [300x250], image-url: "https://cdn.example/1.png", landing-page: "https://brand.example/"}
                        """);
        return new CatalogueReader(new CatalogueConfig(file.toString(), Duration.ofSeconds(1), 0.15, 0, 50)).read(file);
    }
}
