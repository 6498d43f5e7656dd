package io.sextant.bidder.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.pipeline.LeafCells;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.event.LossCounts;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class EventPublisherTest {
    private static final long SECOND_MS = 1_767_225_600_000L;
    private static final int ALL = ImpressionRow.REQUEST + ImpressionRow.IMPRESSION + ImpressionRow.BID
            + ImpressionRow.EXPLORE_SHARE;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MockProducer<String, byte[]> producer = new MockProducer<>(true, null, new StringSerializer(),
            new ByteArraySerializer());
    private final AtomicLong nowMs = new AtomicLong(SECOND_MS);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());

    @Test
    void shouldKeepRowsInOrderAcrossManyRoundsAndSayWhenItIsFull() {
        var ring = new ImpressionRing(64);
        List<Double> read = new ArrayList<>();
        List<Double> written = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            int rows = 0;
            while (offer(ring, round, round, 7, ALL, rows, 1, 1, 3, 4)) {
                written.add((double) rows++);
            }
            assertThat(rows).isEqualTo(64);
            assertThat(ring.drain(round, _ -> {})).as("none is from before").isZero();
            assertThat(ring.drain(round + 1, row -> read.add(row.uncertainty)))
                    .isEqualTo(64);
        }
        assertThat(read).isEqualTo(written);
    }

    @Test
    void shouldPassEveryRowOnceBetweenTwoThreads() throws InterruptedException {
        var ring = new ImpressionRing(256);
        int rows = 200_000;
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rows; i++) {
                while (!offer(ring, 0, i & 3, i, ALL, i, i, i, i, i)) {
                    Thread.onSpinWait();
                }
            }
        });
        var next = new AtomicLong();
        while (next.get() < rows) {
            ring.drain(1, row -> {
                long i = next.getAndIncrement();
                if (row.arm != (i & 3) || row.cell != i || row.uncertainty != i || row.naturalModifier != i
                        || row.modifier != i || row.modelVersion != i || row.uncertaintyEpoch != i) {
                    throw new AssertionError("row " + i + " is torn");
                }
            });
        }
        writer.join();

        assertThat(next).hasValue(rows);
    }

    @Test
    void shouldSendOneMessageAnArmAndSecondWithExactSums() throws Exception {
        Outbox outbox = outbox();
        EventPublisher publisher = publisher(outbox, 1024);
        ImpressionRing ring = publisher.newRing();
        // Arm 0: two requests, three impressions, two bids, one in the explore share; arm 1: one request, no bid.
        offer(ring, SECOND_MS + 10, 0, 0, ALL, 0.25, 1.8, 1.5, 7, 3);
        offer(ring, SECOND_MS + 10, 0, 1, ImpressionRow.IMPRESSION, Double.NaN, 1, 1, 7, 3);
        offer(ring, SECOND_MS + 20, 0, 0,
                ImpressionRow.REQUEST + ImpressionRow.IMPRESSION + ImpressionRow.BID, 0.5, 1, 1, 7, 3);
        offer(ring, SECOND_MS + 20, 1, 0, ImpressionRow.REQUEST + ImpressionRow.IMPRESSION, Double.NaN, 1, 1, 9, 3);
        // The next second's.
        offer(ring, SECOND_MS + 1001, 0, 0, ALL, 0.75, 2, 2, 8, 3);

        nowMs.set(SECOND_MS + 1200);
        await().atMost(Duration.ofSeconds(10)).until(() -> seconds(0).size() >= 1 && seconds(1).size() >= 1);
        nowMs.set(SECOND_MS + 2200);
        await().atMost(Duration.ofSeconds(10)).until(() -> seconds(0).size() >= 2);
        publisher.close();
        outbox.close();

        ArmSecond first = seconds(0).getFirst();
        assertThat(first.getBidder()).isEqualTo("bidder-1");
        assertThat(first.getSecondMs()).isEqualTo(SECOND_MS);
        assertThat(first.getSequence()).isEqualTo(1);
        assertThat(first.getRequests()).isEqualTo(2);
        assertThat(first.getImpressions()).isEqualTo(3);
        assertThat(first.getBids()).isEqualTo(2);
        assertThat(first.getModifierSum()).isEqualTo(2.5);
        assertThat(first.getModifierCount()).isEqualTo(2);
        assertThat(first.getModelVersion()).isEqualTo(7);
        assertThat(first.getSnapshotVersion()).isEqualTo(40);
        assertThat(first.getUncertaintyEpoch()).isEqualTo(3);
        assertThat(first.getUncertaintyList()).hasSize(1);
        assertThat(first.getUncertainty(0).getCell()).isEqualTo("adx/banner");
        assertThat(QuantileSketch.of(first.getUncertainty(0).getHistogram()).mean()).isCloseTo(0.375, within(1e-9));
        assertThat(first.getUncertainty(0).getHistogram().getCount()).isEqualTo(2);
        assertThat(QuantileSketch.of(first.getModifier()).mean()).as("natural").isCloseTo(1.8, within(1e-9));
        assertThat(first.getModifier().getCount()).isEqualTo(1);
        assertThat(seconds(1).getFirst().getRequests()).isEqualTo(1);
        assertThat(seconds(1).getFirst().getBids()).isZero();
        ArmSecond second = seconds(0).get(1);
        assertThat(second.getSecondMs()).isEqualTo(SECOND_MS + 1000);
        assertThat(second.getSequence()).isEqualTo(2);
        assertThat(second.getRequests()).isEqualTo(1);
        assertThat(second.getUncertainty(0).getHistogram().getCount()).isEqualTo(1);
    }

    @Test
    void shouldNeverMixUncertaintiesOfTwoEpochs() throws Exception {
        Outbox outbox = outbox();
        EventPublisher publisher = publisher(outbox, 1024);
        ImpressionRing ring = publisher.newRing();
        offer(ring, SECOND_MS, 0, 0, ALL, 0.25, 1, 1, 7, 3);
        offer(ring, SECOND_MS, 0, 0, ALL, 0.5, 1, 1, 8, 4);

        publisher.close();
        outbox.close();

        assertThat(seconds(0)).extracting(ArmSecond::getUncertaintyEpoch).containsExactly(3L, 4L);
        assertThat(seconds(0)).extracting(ArmSecond::getRequests).containsExactly(1L, 1L);
    }

    @Test
    void shouldCountLossesByArmCampaignExchangeAndReasonAndSampleAFew() throws Exception {
        Outbox outbox = outbox();
        EventPublisher publisher = publisher(outbox, 1024);
        BidFacts bid = BidFacts.newBuilder().setArm("control").setCampaignId("k1").setExchange("adx").build();
        publisher.loss(bid, 102, 1_500_000);
        publisher.loss(bid, 102, -1);
        publisher.loss(bid, 1, -1);
        publisher.loss(bid.toBuilder().setArm("random").build(), 102, -1);

        publisher.close();
        outbox.close();

        List<LossCounts> counts = new ArrayList<>();
        for (ProducerRecord<String, byte[]> message : producer.history()) {
            if (message.topic().equals("losses")) {
                counts.add(LossCounts.parseFrom(message.value()));
            }
        }
        LossCounts control = counts.stream().filter(each -> each.getArm().equals("control")).findFirst().orElseThrow();
        assertThat(counts).hasSize(2);
        assertThat(control.getCountList()).extracting("reason_", "count_").containsExactlyInAnyOrder(
                org.assertj.core.groups.Tuple.tuple(102, 2L), org.assertj.core.groups.Tuple.tuple(1, 1L));
        assertThat(control.getSampleList()).hasSize(2);
        assertThat(control.getSample(0).getMinToWinCpmMicros()).isEqualTo(1_500_000);
        assertThat(control.getSample(1).hasMinToWinCpmMicros()).isFalse();
    }

    @Test
    void shouldDropAndCountWhenKafkaIsAwayAndNeverWait() {
        Counts<Outbox.Drop> drops = Counts.register(registry, "drops", "Drops.", "reason", Outbox.Drop.class);
        var outbox = new Outbox("test", 16, () -> {
            throw new KafkaException("no resolvable bootstrap urls");
        }, drops);

        for (int i = 0; i < 100; i++) {
            outbox.offer("topic", "key", BidFacts.getDefaultInstance());
        }

        assertThat(drops.count(Outbox.Drop.FULL)).isGreaterThanOrEqualTo(100 - 16 - 1);
        outbox.close();
        assertThat(drops.total()).isEqualTo(100);
    }

    /** One unit in 4 is sampled, at most 3 a message: of the hashes 4, 8 and 12 of one kind and 16 of another, 16 is one too many. */
    @Test
    void shouldTellDistinctUnitsOfTheSampleByKind() {
        var builder = new ArmSecondBuilder("bidder-1", "control", new LeafCells(List.of("adx/banner")),
                new UnitSampling(4, 3));
        var row = new ImpressionRow();
        for (long hash : new long[]{12, 5, 8, 12, 4, 6, 8}) {
            builder.add(row.at(SECOND_MS, 0, 0, ALL).of(UnitKind.UNIT_USER, hash));
        }
        builder.add(row.at(SECOND_MS, 0, 0, ImpressionRow.IMPRESSION).of(UnitKind.UNIT_USER, -4));
        builder.add(row.at(SECOND_MS, 0, 0, ALL).of(UnitKind.UNIT_REQUEST, 16));

        ArmSecond first = builder.take(SECOND_MS, 1);
        builder.add(row.at(SECOND_MS, 0, 0, ALL).of(UnitKind.UNIT_DEVICE, -4));
        builder.add(row.at(SECOND_MS, 0, 0, ALL).of(UnitKind.UNIT_DEVICE, 4));
        ArmSecond second = builder.take(SECOND_MS + 1000, 1);

        assertThat(first.getUnitSampleOneIn()).isEqualTo(4);
        assertThat(first.getUnitList()).singleElement().satisfies(units -> {
            assertThat(units.getKind()).isEqualTo(UnitKind.UNIT_USER);
            assertThat(units.getHashList()).containsExactly(4L, 8L, 12L);
        });
        assertThat(first.getUnitsDropped()).isEqualTo(1);
        assertThat(second.getUnit(0).getHashList()).as("rising as unsigned numbers").containsExactly(4L, -4L);
        assertThat(second.getUnitsDropped()).isZero();
        assertThat(new ArmSecondBuilder("b", "a", new LeafCells(List.of()), UnitSampling.none()).take(SECOND_MS, 1)
                .getUnitSampleOneIn()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new UnitSampling(3, 10))
                .withMessage("sample-one-in is 3, must be a power of two, or 0");
    }

    /** Of the predictions, only those of bids in the explore share count. */
    @Test
    void shouldTellThePredictionsOfRequestsThatWereBidForInTheExploreShare() {
        var builder = new ArmSecondBuilder("bidder-1", "placebo", new LeafCells(List.of("adx/banner")),
                UnitSampling.none());
        var row = new ImpressionRow();
        builder.add(row.at(SECOND_MS, 0, 0, ALL).judged(Double.NaN, 0.02, 1, 1));
        builder.add(row.at(SECOND_MS, 0, 0, ALL).judged(Double.NaN, 0.04, 1, 1));
        builder.add(row.at(SECOND_MS, 0, 0, ALL - ImpressionRow.EXPLORE_SHARE).judged(Double.NaN, 0.5, 1, 1));
        builder.add(row.at(SECOND_MS, 0, 0, ALL - ImpressionRow.BID).judged(Double.NaN, 0.5, 1, 1));

        QuantileSketch told = QuantileSketch.of(builder.take(SECOND_MS, 1).getRanked());

        assertThat(told.count()).isEqualTo(2);
        assertThat(told.mean()).isCloseTo(0.03, within(1e-12));
        assertThat(builder.take(SECOND_MS + 1000, 1).hasRanked()).isFalse();
    }

    private Outbox outbox() {
        return new Outbox("events", 1000, () -> producer,
                Counts.register(registry, "drops", "Drops.", "reason", Outbox.Drop.class));
    }

    private EventPublisher publisher(Outbox outbox, int ringCapacity) {
        return new EventPublisher(new EventConfig(ringCapacity, 1000, 1000, 0, 1000, 2, new UnitSampling(64, 3)),
                "bidder-1",
                List.of("control", "random"), new LeafCells(List.of("adx/banner", "adx/video")),
                ExplorationSettings::getDefaultInstance, "", outbox, outbox,
                Counts.register(registry, "dropped", "Dropped.", "kind", EventPublisher.Drop.class), clock,
                arm -> 40 + arm);
    }

    private List<ArmSecond> seconds(int arm) throws InvalidProtocolBufferException {
        List<ArmSecond> seconds = new ArrayList<>();
        for (ProducerRecord<String, byte[]> message : producer.history()) {
            if (message.topic().equals("uncertainty") && message.key().equals(arm == 0 ? "control" : "random")) {
                seconds.add(ArmSecond.parseFrom(message.value()));
            }
        }
        return seconds;
    }

    private static boolean offer(ImpressionRing ring, long timeMs, int arm, int cell, int flags, double uncertainty,
            double natural, double applied, long version, long epoch) {
        ImpressionRow row = ring.claim();
        if (row == null) {
            return false;
        }
        row.at(timeMs, arm, cell, flags).judged(uncertainty, Double.NaN, version, epoch).modified(natural, applied);
        ring.publish();
        return true;
    }
}
