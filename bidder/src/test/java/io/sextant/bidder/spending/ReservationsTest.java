package io.sextant.bidder.spending;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.protocol.BudgetDay;
import io.sextant.protocol.event.LeaseGrant;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReservationsTest {
    private static final int ROOM = 16;
    private static final long HOLD_MS = 660_000;
    private static final long GRANTED = 1_000_000;

    private final Map<ReservationEvent, Integer> events = new EnumMap<>(ReservationEvent.class);
    private final Reservations reservations = new Reservations(config(ROOM), this::count);
    private final Lease lease = lease(7);

    private void count(ReservationEvent event) {
        events.merge(event, 1, Integer::sum);
    }

    private static BudgetConfig config(int room) {
        return new BudgetConfig(BudgetConfig.Leases.LEDGER, Duration.ofMillis(HOLD_MS), Duration.ofMinutes(1), 4,
                Duration.ofSeconds(10), room);
    }

    private static Lease lease(long id) {
        var lease = new Lease(id, BudgetDay.at(0, ZoneOffset.UTC));
        lease.apply(LeaseGrant.newBuilder().setLeaseId(id).setGrantedNanos(GRANTED).setExpiresMs(60_000).build());
        return lease;
    }

    private long open(long nanos, long nowMs) {
        assertThat(lease.reserve(nanos)).isTrue();
        return reservations.open(lease, nanos, nowMs);
    }

    @Test
    void shouldGiveBackOnceHoweverOftenALossIsTold() {
        long first = open(300, 0);
        long second = open(50, 0);
        assertThat(first).isPositive();
        assertThat(lease.leftNanos()).isEqualTo(GRANTED - 350);

        assertThat(reservations.release(first, 7)).isTrue();
        assertThat(reservations.release(first, 7)).isFalse();

        assertThat(lease.leftNanos()).isEqualTo(GRANTED - 50);
        assertThat(reservations.size()).isOne();
        assertThat(reservations.release(second, 7)).isTrue();
        assertThat(events).containsEntry(ReservationEvent.RELEASED, 2).containsEntry(ReservationEvent.UNKNOWN, 1);
    }

    @Test
    void shouldGiveNothingBackForAnotherLeaseOrALifeThatIsOver() {
        long made = open(300, 0);

        assertThat(reservations.release(made, 8)).isFalse();
        for (long number : new long[]{0, -1, 1, made - 1, made + 1, made + ROOM, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(reservations.release(number, 7)).as("%d", number).isFalse();
        }
        assertThat(lease.leftNanos()).isEqualTo(GRANTED - 300);
    }

    @Test
    void shouldNotTakeAPlaceThatIsUsedAgainForWhatItWasBefore() {
        List<Long> before = new ArrayList<>();
        for (int i = 0; i < ROOM; i++) {
            before.add(open(10, 0));
        }
        before.forEach(number -> assertThat(reservations.release(number, 7)).isTrue());
        for (int i = 0; i < ROOM; i++) {
            assertThat(before).doesNotContain(open(10, 1));
        }

        before.forEach(number -> assertThat(reservations.release(number, 7)).isFalse());

        assertThat(lease.leftNanos()).isEqualTo(GRANTED - 10 * ROOM);
    }

    @Test
    void shouldRefuseWhatItHasNoRoomForAndHaveRoomAgainLater() {
        long last = 0;
        for (int i = 0; i < ROOM; i++) {
            last = open(10, 0);
        }

        assertThat(reservations.open(lease, 10, 0)).isZero();
        assertThat(events).containsEntry(ReservationEvent.FULL, 1);
        assertThat(reservations.release(last, 7)).isTrue();
        assertThat(reservations.open(lease, 10, 0)).isPositive();
    }

    @Test
    void shouldGiveBackWhatNobodyToldOfWhenItsTimeIsOver() {
        long early = open(300, 0);
        long late = open(50, 1_000);

        reservations.sweep(HOLD_MS - 1);
        assertThat(lease.leftNanos()).isEqualTo(GRANTED - 350);
        reservations.sweep(HOLD_MS);
        assertThat(lease.leftNanos()).isEqualTo(GRANTED - 50);
        assertThat(reservations.release(early, 7)).isFalse();
        assertThat(reservations.release(late, 7)).isTrue();
        reservations.sweep(2 * HOLD_MS);

        assertThat(lease.leftNanos()).isEqualTo(GRANTED);
        assertThat(events).containsEntry(ReservationEvent.EXPIRED, 1).containsEntry(ReservationEvent.OPENED, 2);
    }

    /** Four loops open, two others and a sweeper give back, each number twice; in the end everything is there again. */
    @Test
    void shouldLoseNothingAndGiveNothingTwiceAmongManyThreads() throws Exception {
        var shared = new Reservations(config(64), _ -> {});
        var numbers = new ConcurrentLinkedQueue<Long>();
        var done = new AtomicBoolean();
        Callable<Set<Long>> opener = () -> {
            Set<Long> made = new HashSet<>();
            while (made.size() < 5_000) {
                assertThat(lease.reserve(3)).isTrue();
                long number = shared.open(lease, 3, made.size() % 2 == 0 ? 0 : HOLD_MS);
                if (number == 0) {
                    lease.release(3);
                    Thread.onSpinWait();
                } else {
                    assertThat(made.add(number)).isTrue();
                    numbers.add(number);
                }
            }
            return made;
        };
        Callable<Set<Long>> releaser = () -> {
            while (!done.get() || !numbers.isEmpty()) {
                Long number = numbers.poll();
                if (number != null) {
                    boolean _ = shared.release(number, 7);
                    boolean _ = shared.release(number, 7);
                }
            }
            return Set.of();
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(7)) {
            List<Future<Set<Long>>> releasers = List.of(threads.submit(releaser), threads.submit(releaser));
            Future<?> sweeper = threads.submit(() -> {
                while (!done.get()) {
                    shared.sweep(HOLD_MS);
                }
            });
            Set<Long> all = new HashSet<>();
            for (Future<Set<Long>> each : threads.invokeAll(Collections.nCopies(4, opener))) {
                for (Long number : each.get()) {
                    assertThat(all.add(number)).as("a number comes once").isTrue();
                }
            }
            done.set(true);
            sweeper.get();
            for (Future<Set<Long>> each : releasers) {
                each.get();
            }
            assertThat(all).hasSize(20_000);
        }
        shared.sweep(2 * HOLD_MS);

        assertThat(lease.leftNanos()).isEqualTo(GRANTED);
        assertThat(shared.size()).isZero();
    }
}
