package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.controller.ledger.LedgerProcessor;
import io.sextant.controller.ledger.Requests;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LeaseState;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.WinEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTopologyTest {
    private static final long START_MS = Requests.START_MS;
    private static final int DAY = Requests.DAY;
    private static final long USD = Requests.USD;
    private static final long BID_CPM_MICROS = 9_000_000;
    private static final String FIRST = "0000000000000001";

    @TempDir
    Path directory;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = driver("one");
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    private ControllerDriver driver(String name) {
        return new ControllerDriver(directory.resolve(name), Map.of("attribution.retention", "2d"),
                Instant.ofEpochMilli(START_MS));
    }

    private static LeaseRequest.Builder request(long lease, long sequence, long wantNanos) {
        return Requests.request(lease, sequence, START_MS, wantNanos, Requests.terms(10 * USD, -1));
    }

    private static BidFacts.Builder bid(String bidId, long lease) {
        return BidFacts.newBuilder().setBidId(bidId).setArm(Requests.ARM).setCampaignId(Requests.CAMPAIGN)
                .setExchange("adx").setBidCpmMicros(BID_CPM_MICROS).setBidTimeMs(START_MS).setLeaseId(lease)
                .setBudgetDay(lease == 0 ? 0 : DAY).setSpendsOn(SpendsOn.SPENDS_ON_BILL);
    }

    private static BillEvent bill(BidFacts.Builder bid, long priceCpmMicros) {
        return BillEvent.newBuilder().setBid(bid).setPriceCpmMicros(priceCpmMicros).setTimeMs(START_MS + 500).build();
    }

    private static LeaseGrant lease(Map<String, LeaseGrant> leases, String key) {
        return Objects.requireNonNull(leases.get(key));
    }

    @Test
    void shouldAnswerARequestAndTellWhatWasSettledWithinASecond() {
        controller.send(request(1, 1, USD).build());

        LeaseGrant granted = lease(controller.leases(), FIRST);
        assertThat(granted.getGrantedNanos()).isEqualTo(USD);
        assertThat(granted.getBidder()).isEqualTo("bidder-1");
        assertThat(granted.getState()).isEqualTo(LeaseState.LEASE_OPEN);

        controller.send(bill(bid("b1", 1), 4_000_000));
        controller.send(bill(bid("b1", 1), 4_000_000));
        controller.send(bill(bid("b2", 1), 5_000_000));
        assertThat(controller.leases()).isEmpty();
        controller.advanceWallClock(Duration.ofSeconds(1));

        LeaseGrant settled = lease(controller.leases(), FIRST);
        assertThat(settled.getSettledNanos()).isEqualTo(9_000_000);
        assertThat(settled.getGrantedNanos()).isEqualTo(USD);
        assertThat(settled.getDayFreeNanos()).isEqualTo(9 * USD);
        assertThat(controller.spend()).containsOnlyKeys("shoes/uncertainty/" + DAY)
                .allSatisfy((_, day) -> assertThat(day.getSpendNanos()).isEqualTo(9_000_000));
        assertThat(controller.count(ControllerCounter.LEASE_GRANTED)).isEqualTo(1);
    }

    @Test
    void shouldCountWhatItDoesNotAnswer() {
        controller.send(request(1, 1, USD).build());
        controller.send(request(1, 1, USD).build());
        controller.send(request(2, 1, USD).setTimeMs(START_MS - 60_001).build());
        controller.send(request(3, 1, -1).build());
        controller.send(Topics.LEASE_REQUESTS, "boots/uncertainty", request(4, 1, USD).build());
        controller.sendBytes(Topics.LEASE_REQUESTS, "shoes/uncertainty", "no message".getBytes(StandardCharsets.UTF_8));

        assertThat(controller.leases()).containsOnlyKeys(FIRST);
        assertThat(controller.count(ControllerCounter.LEASE_REQUEST_REPEATED)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.LEASE_REQUEST_STALE)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.LEASE_REQUEST_MALFORMED)).isEqualTo(2);
        assertThat(controller.count(ControllerCounter.UNREADABLE)).isEqualTo(1);
        assertThat(controller.stored(LedgerProcessor.ACCOUNTS)).isEqualTo(1);
    }

    @Test
    void shouldForgetALeaseByTheWallClockAndCountBillsThatComeAfterIt() {
        controller.send(request(1, 1, USD).build());
        controller.leases();
        for (int second = 0; second < 719; second++) {
            controller.advanceWallClock(Duration.ofSeconds(1));
        }
        assertThat(controller.leases()).doesNotContainValue(null);

        controller.advanceWallClock(Duration.ofSeconds(1));
        assertThat(controller.leases()).containsEntry(FIRST, null);
        controller.send(bill(bid("b1", 1), 4_000_000));

        assertThat(controller.count(ControllerCounter.LEASE_FORGOTTEN)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.LEASE_CHARGE_LATE)).isEqualTo(1);
        assertThat(controller.spend().values()).singleElement()
                .satisfies(day -> assertThat(day.getLateNanos()).isEqualTo(4_000_000));
    }

    @Test
    void shouldSendAHeartbeatEverySecond() {
        controller.advanceWallClock(Duration.ofSeconds(1));
        controller.advanceWallClock(Duration.ofSeconds(1));

        assertThat(controller.heartbeats()).containsExactly(
                LedgerHeartbeat.newBuilder().setPartitions(1).setTimeMs(START_MS + 1000).build(),
                LedgerHeartbeat.newBuilder().setPartitions(1).setTimeMs(START_MS + 2000).build());
    }

    @Test
    void shouldTellUpToWhenBillsHaveBeenSettledWhenTheyWaited() {
        long oldMs = START_MS - 300_000;
        controller.send(bill(bid("b1", 0).setBidTimeMs(oldMs), 1_000).toBuilder().setTimeMs(oldMs).build());
        controller.advanceWallClock(Duration.ofSeconds(1));
        controller.advanceWallClock(Duration.ofSeconds(1));

        assertThat(controller.heartbeats()).extracting(LedgerHeartbeat::getTimeMs).containsExactly(oldMs,
                START_MS + 2000);
    }

    @Test
    void shouldLendMoreForClicksWhenSteeredToACostPerClick() {
        var terms = Requests.terms(-1, -1).setTargetCpcNanos(1_000_000);
        controller.send(Requests.request(1, 1, START_MS, USD, terms).build());
        assertThat(lease(controller.leases(), FIRST).getGrantedNanos()).isEqualTo(1_000_000);
        controller.send(WinEvent.newBuilder().setBid(bid("b1", 1)).setTimeMs(START_MS).build());
        controller.send(ImpressionEvent.newBuilder().setBid(bid("b1", 1)).setTimeMs(START_MS).build());
        controller.send(ClickEvent.newBuilder().setBid(bid("b1", 1)).setTimeMs(START_MS + 100).build());
        controller.send(ClickEvent.newBuilder().setBid(bid("b1", 1)).setTimeMs(START_MS + 101).build());

        controller.send(Requests.request(1, 2, START_MS, USD, terms).build());

        assertThat(lease(controller.leases(), FIRST).getGrantedNanos()).isEqualTo(2_000_000);
    }

    @Test
    void shouldGoOnExactlyWhereAnotherStoodWhenItsStateIsRestored() {
        controller.send(request(1, 1, USD).build());
        controller.send(bill(bid("b1", 1), 4_000_000));
        LeaseGrant before = lease(controller.leases(), FIRST);

        try (var other = driver("two")) {
            controller.copyStore(LedgerProcessor.ACCOUNTS, other);
            controller.copyStore(AttributionProcessor.LEDGERS, other);
            other.send(bill(bid("b1", 1), 4_000_000));
            other.send(bill(bid("b2", 1), 3_000_000));
            other.send(request(1, 2, USD).build());

            LeaseGrant after = lease(other.leases(), FIRST);
            assertThat(after.getGrantedNanos()).isEqualTo(before.getGrantedNanos() + USD);
            assertThat(after.getSettledNanos()).isEqualTo(7_000_000);
            assertThat(other.spend().values()).singleElement()
                    .satisfies(day -> assertThat(day.getSpendNanos()).isEqualTo(7_000_000));
        }
    }

    /* The sums of a plain loop over what was sent: first bill of a bid whose price can be believed, else the win's. */
    @Test
    void shouldEqualAnOfflineRecomputationOfSpendToTheNano() {
        var random = new Random(17);
        List<Message> notices = new ArrayList<>();
        Map<String, Long> expected = new HashMap<>();
        for (int number = 0; number < 2_000; number++) {
            String bidId = "b" + number;
            String campaign = "c" + random.nextInt(4);
            int day = DAY - random.nextInt(2);
            BidFacts.Builder bid = bid(bidId, random.nextInt(3)).setCampaignId(campaign)
                    .setBidTimeMs(day * 86_400_000L + random.nextInt(43_200_000)).setBudgetDay(day);
            long price = random.nextLong(BID_CPM_MICROS);
            boolean told = random.nextInt(5) > 0;
            BillEvent.Builder billed = BillEvent.newBuilder().setBid(bid).setTimeMs(bid.getBidTimeMs() + 900);
            WinEvent win = WinEvent.newBuilder().setBid(bid).setPriceCpmMicros(price)
                    .setTimeMs(bid.getBidTimeMs() + 200).build();
            if (told) {
                billed.setPriceCpmMicros(price);
            }
            for (int copies = random.nextInt(3); copies >= 0; copies--) {
                notices.add(billed.build());
                notices.add(win);
            }
            if (random.nextInt(10) == 0) {
                notices.add(billed.clone().setPriceCpmMicros(BID_CPM_MICROS + 1).build());
            }
            expected.merge(campaign + "/" + Requests.ARM + "/" + day, price, Long::sum);
        }
        Collections.shuffle(notices, random);

        notices.forEach(controller::send);

        Map<String, CampaignSpend> spend = controller.spend();
        assertThat(spend).hasSameSizeAs(expected);
        expected.forEach((key, nanos) -> assertThat(Objects.requireNonNull(spend.get(key)).getSpendNanos()).as(key)
                .isEqualTo(nanos));
        assertThat(spend.values().stream().mapToLong(CampaignSpend::getBilledImpressions).sum()).isEqualTo(2_000);
    }
}
