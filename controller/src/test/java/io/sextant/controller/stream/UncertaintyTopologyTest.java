package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.controller.modifier.SnapshotPublisher;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UncertaintyTopologyTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final Instant WALL = Instant.ofEpochMilli(START_MS).plus(Duration.ofHours(2));

    @TempDir
    Path directory;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(directory.resolve("one"), Map.of(), WALL);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    /* One uncertainty, remembered as it was before any histogram. */
    private record Measured(String arm, String cell, long secondMs, double u) {}

    private record Delivery(ArmSecond second, List<Measured> measured, int order) {}

    @Test
    void shouldEqualOfflineComputationWhenInputIsRandom() {
        var random = new SplittableRandom(20260301);
        List<Delivery> deliveries = new ArrayList<>();
        for (int s = 0; s < 420; s++) {
            for (int bidder = 0; bidder < 3; bidder++) {
                // One in ten comes up to a minute later, some twice.
                int order = s + (random.nextInt(10) == 0 ? random.nextInt(60) : 0);
                deliveries.add(delivery(random, s, bidder, order));
                if (random.nextInt(20) == 0) {
                    deliveries.add(new Delivery(deliveries.getLast().second(), List.of(), order + random.nextInt(200)));
                }
            }
        }
        deliveries.sort(Comparator.comparingInt(Delivery::order));

        List<Measured> received = new ArrayList<>();
        int published = 0;
        double worstMean = 0;
        for (Delivery delivery : deliveries) {
            controller.send(delivery.second());
            received.addAll(delivery.measured());
            for (UncertaintySnapshot snapshot : controller.snapshots()) {
                published++;
                worstMean = Math.max(worstMean, compare(snapshot, received));
            }
        }

        assertThat(published).isEqualTo(2 * 84);
        assertThat(worstMean).isLessThan(1e-9);
        assertThat(controller.count(ControllerCounter.SECOND_DUPLICATE)).isGreaterThan(50);
        assertThat(controller.count(ControllerCounter.SECOND_LATE)).isZero();
    }

    private static Delivery delivery(SplittableRandom random, int s, int bidder, int order) {
        String arm = bidder % 2 == 0 ? "uncertainty" : "random";
        var second = new ArmSecondBuilder().arm(arm).bidder("b" + bidder).at(START_MS + s * 1000L);
        List<Measured> measured = new ArrayList<>();
        for (String cell : List.of("adx/banner", "adx/video", "smaato/banner", "smaato/native")) {
            // A drift over time shows a window that is off by a pane; multiples of 1e-9 lose nothing on the way.
            double[] us = random.doubles(random.nextInt(4), 0.001, 0.01 + s * 0.001).map(u -> Math.round(u * 1e9) / 1e9)
                    .toArray();
            second.cell(cell, us);
            Arrays.stream(us).forEach(u -> measured.add(new Measured(arm, cell, START_MS + s * 1000L, u)));
        }
        return new Delivery(second.build(), measured, order);
    }

    /* Compares with sorted raw numbers; the relative error of the worst mean. */
    private static double compare(UncertaintySnapshot snapshot, List<Measured> received) {
        long startMs = snapshot.getWindowEndMs() - snapshot.getWindowMs();
        Map<String, List<Double>> expected = new HashMap<>();
        expected.put("", new ArrayList<>());
        for (Measured m : received) {
            if (m.arm().equals(snapshot.getArm()) && m.secondMs() >= startMs
                    && m.secondMs() < snapshot.getWindowEndMs()) {
                for (String cell : List.of("", m.cell().substring(0, m.cell().indexOf('/')),
                        "*" + m.cell().substring(m.cell().indexOf('/')), m.cell())) {
                    expected.computeIfAbsent(cell, _ -> new ArrayList<>()).add(m.u());
                }
            }
        }
        assertThat(snapshot.getCellList()).extracting(CellStatistics::getCell)
                .containsExactlyInAnyOrderElementsOf(expected.keySet());
        assertThat(snapshot.getCell(0).getCell()).isEmpty();
        double worst = 0;
        for (CellStatistics cell : snapshot.getCellList()) {
            double[] raw = Objects.requireNonNull(expected.get(cell.getCell())).stream().mapToDouble(u -> u).sorted()
                    .toArray();
            assertThat(cell.getCount()).isEqualTo(raw.length);
            if (raw.length < 2) {
                continue;
            }
            double mean = Arrays.stream(raw).average().orElseThrow();
            double variance = Arrays.stream(raw).map(u -> (u - mean) * (u - mean)).sum() / (raw.length - 1);
            worst = Math.max(worst, Math.abs(cell.getMean() - mean) / mean);
            assertThat(cell.getStandardDeviation()).isCloseTo(Math.sqrt(variance), within(1e-7));
            assertThat(cell.getQuantileLowValue()).isCloseTo(quantile(raw, 0.1), relative(quantile(raw, 0.1)));
            assertThat(cell.getQuantileHighValue()).isCloseTo(quantile(raw, 0.99), relative(quantile(raw, 0.99)));
            assertThat(cell.getDecile(4)).isCloseTo(quantile(raw, 0.5), relative(quantile(raw, 0.5)));
        }
        return worst;
    }

    private static double quantile(double[] sorted, double q) {
        return sorted[Math.max(0, (int) Math.ceil(q * sorted.length - 1e-9) - 1)];
    }

    private static Offset<Double> relative(double value) {
        return within(0.01 * value);
    }

    @Test
    void shouldPublishOnlyClosedPanesAndRaiseVersionByOne() {
        // given one uncertainty a second, 0.1 in the first pane and 0.3 in the second
        for (int s = 0; s < 22; s++) {
            controller.send(
                    new ArmSecondBuilder().at(START_MS + s * 1000L).cell("adx/banner", s < 10 ? 0.1 : 0.3).build());
        }

        List<UncertaintySnapshot> published = controller.snapshots();

        // then nothing is closed at 5 s and 10 s, the first pane at 15 s, the second (grace 2 s) after second 21 only
        assertThat(published).extracting(UncertaintySnapshot::getVersion).containsExactly(1L, 2L, 3L, 4L);
        assertThat(published).extracting(UncertaintySnapshot::getTimeMs).containsExactly(START_MS + 5000,
                START_MS + 10000, START_MS + 15000, START_MS + 20000);
        assertThat(published).extracting(s -> s.getCell(0).getCount()).containsExactly(0L, 0L, 10L, 10L);
        assertThat(published.getLast().getCell(0).getMean()).isCloseTo(0.1, within(1e-12));
        assertThat(published.getLast().getWindowEndMs()).isEqualTo(START_MS + 10000);
        // Nothing is known of what exploration costs: half of the target of 3 % if all bids were doubled.
        assertThat(published.getLast().getGain()).isCloseTo(0.5 * 3 / 97, within(1e-12));
        assertThat(published.getLast().getSettings()).isEqualTo(controller.config().exploration().settings());

        for (int s = 22; s < 25; s++) {
            controller.send(new ArmSecondBuilder().at(START_MS + s * 1000L).cell("adx/banner", 0.9).build());
        }
        UncertaintySnapshot last = controller.snapshots().getLast();
        assertThat(last.getCell(0).getCount()).isEqualTo(20);
        assertThat(last.getCell(0).getMean()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void shouldSumLeavesIntoExchangesFormatsAndTotalWhenSeveralCellsAreMeasured() {
        controller.send(new ArmSecondBuilder().at(START_MS).cell("adx/banner", 0.1, 0.2).cell("adx/video", 0.6)
                .cell("other-exchange/banner", 0.5).cell("other-exchange/banner/news", 0.2).build());

        UncertaintySnapshot snapshot = snapshotAfter(controller, START_MS + 20_000);

        assertThat(snapshot.getCellList()).extracting(CellStatistics::getCell).containsExactly("", "*/banner",
                "*/video", "adx", "adx/banner", "adx/video", "other-exchange", "other-exchange/banner",
                "other-exchange/banner/news");
        assertThat(snapshot.getCellList()).extracting(CellStatistics::getCount).containsExactly(5L, 4L, 1L, 3L, 2L, 1L,
                2L, 1L, 1L);
        double[] means = snapshot.getCellList().stream().mapToDouble(CellStatistics::getMean).toArray();
        assertThat(means).containsExactly(new double[]{0.32, 0.25, 0.6, 0.3, 0.15, 0.6, 0.35, 0.5, 0.2}, within(1e-15));
    }

    @Test
    void shouldKeepFormatsApartWhenPublishersAreCountedAsOther() {
        try (var bounded = new ControllerDriver(directory.resolve("two"), Map.of("exploration.cells-max", "4"), WALL)) {
            for (int publisher = 0; publisher < 100; publisher++) {
                bounded.send(new ArmSecondBuilder().at(START_MS).sequence(publisher)
                        .cell("adx/" + (publisher % 2 == 0 ? "banner" : "video") + "/p" + publisher, 0.1).build());
            }

            UncertaintySnapshot snapshot = snapshotAfter(bounded, START_MS + 20_000);

            assertThat(snapshot.getCellList().subList(0, 4)).extracting(CellStatistics::getCell).containsExactly("",
                    "*/banner", "*/video", "adx");
            assertThat(snapshot.getCellList().subList(0, 4)).extracting(CellStatistics::getCount).containsExactly(100L,
                    50L, 50L, 100L);
            assertThat(snapshot.getCellList()).extracting(CellStatistics::getCell).contains("adx/banner/other",
                    "adx/video/other").hasSizeLessThanOrEqualTo(4 + 4 + 2);
        }
    }

    @Test
    void shouldDropAndCountWhenSecondComesAgain() {
        ArmSecond second = new ArmSecondBuilder().at(START_MS).cell("adx/banner", 0.1).counts(3, 2, 1).build();
        controller.send(second);
        controller.send(second);
        // the same sequence from another bidder, and from this one after it has started anew
        controller.send(second.toBuilder().setBidder("bidder-2").build());
        controller.send(second.toBuilder().setSecondMs(START_MS + 1000).build());

        UncertaintySnapshot snapshot = snapshotAfter(controller, START_MS + 20_000);

        assertThat(controller.count(ControllerCounter.SECOND_DUPLICATE)).isEqualTo(1);
        assertThat(snapshot.getCell(0).getCount()).isEqualTo(3);
        assertThat(controller.minutes()).extractingByKey("uncertainty/" + START_MS).returns(9L, ArmMinute::getRequests);
    }

    @Test
    void shouldTakeOutOfOrderSecondsUntilTheyLeaveTheWindowAndCountThemAfterwards() {
        controller.send(new ArmSecondBuilder().at(START_MS + 600_000).cell("adx/banner", 0.1).build());
        // the last closed pane ends at 590 s, so the window starts at 290 s; the next one starts at 300 s
        controller.send(new ArmSecondBuilder().at(START_MS + 300_000).cell("adx/banner", 0.3).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 289_000).cell("adx/banner", 0.5).build());

        UncertaintySnapshot snapshot = snapshotAfter(controller, START_MS + 605_000);

        assertThat(controller.count(ControllerCounter.SECOND_LATE)).isEqualTo(1);
        assertThat(snapshot.getCell(0).getCount()).isEqualTo(1);
        assertThat(snapshot.getCell(0).getMean()).isCloseTo(0.3, within(1e-9));
    }

    @Test
    void shouldRestartTheWindowOnlyWhenTheEpochChanges() {
        controller.send(new ArmSecondBuilder().at(START_MS).epoch(1, 4).cell("adx/banner", 0.1).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 1000).epoch(1, 5).cell("adx/banner", 0.1).build());
        UncertaintySnapshot before = snapshotAfter(controller, START_MS + 15_000);
        assertThat(before.getCell(0).getCount()).isEqualTo(2);

        // when one bidder has changed to the artefact of another epoch and the other has not yet
        controller.send(new ArmSecondBuilder().at(START_MS + 16_000).epoch(2, 6).cell("adx/banner", 0.7).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 16_000).bidder("old").epoch(1, 5).cell("adx/banner", 0.1)
                .build());
        controller.send(new ArmSecondBuilder().at(START_MS + 17_000).epoch(2, 6).cell("adx/banner", 0.7).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 40_000).epoch(2, 7).build());

        UncertaintySnapshot after = controller.snapshots().getLast();
        assertThat(after.getUncertaintyEpoch()).isEqualTo(2);
        assertThat(after.getCell(0).getCount()).isEqualTo(2);
        assertThat(after.getCell(0).getMean()).isCloseTo(0.7, within(1e-9));
        assertThat(controller.count(ControllerCounter.WINDOW_RESTARTED)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.SECOND_STALE_EPOCH)).isEqualTo(1);
    }

    @Test
    void shouldReturnToAnOlderEpochWhenThePresentOneFallsSilent() {
        controller.send(new ArmSecondBuilder().at(START_MS).epoch(1, 4).cell("adx/banner", 0.1).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 1000).epoch(2, 4).cell("adx/banner", 0.2).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 2000).epoch(1, 4).cell("adx/banner", 0.1).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 12_000).epoch(1, 4).cell("adx/banner", 0.1).build());

        UncertaintySnapshot after = snapshotAfter(controller, START_MS + 30_000);
        assertThat(after.getUncertaintyEpoch()).isEqualTo(1);
        assertThat(after.getCell(0).getCount()).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.SECOND_STALE_EPOCH)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.WINDOW_RESTARTED)).isEqualTo(2);
    }

    /** 1000 predictions over two panes: the quantiles at 0, 1/128 ... 1 rise with them; an arm that tells none gets none. */
    @Test
    void shouldTellTheQuantilesOfWhatAnArmPredictsOfRequests() {
        double[] low = DoubleStream.iterate(0.001, p -> p + 0.001).limit(500).toArray();
        double[] high = DoubleStream.iterate(0.501, p -> p + 0.001).limit(500).toArray();
        controller.send(new ArmSecondBuilder().arm("placebo").at(START_MS).predictions(high).build());
        controller.send(new ArmSecondBuilder().arm("placebo").at(START_MS + 10_000).predictions(low).build());
        controller.send(new ArmSecondBuilder().at(START_MS).cell("adx/banner", 0.1).build());
        controller.send(new ArmSecondBuilder().arm("placebo").at(START_MS + 30_000).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 30_000).build());

        List<UncertaintySnapshot> published = controller.snapshots();

        List<Double> quantiles = last(published, "placebo").getRankedQuantileList();
        assertThat(quantiles).hasSize(129).isSorted();
        assertThat(quantiles.getFirst()).isCloseTo(0.001, within(1e-5));
        assertThat(quantiles.get(32)).isCloseTo(0.25, within(1e-3));
        assertThat(quantiles.get(64)).isCloseTo(0.5, within(1e-3));
        assertThat(quantiles.getLast()).isCloseTo(1, within(1e-3));
        assertThat(last(published, "uncertainty").getRankedQuantileList()).isEmpty();
        assertThat(last(published, "placebo").getCellList()).as("they are in no cell").hasSize(1);
    }

    @Test
    void shouldGiveEveryArmTheModifiersOfTheUncertaintyArm() {
        controller.send(new ArmSecondBuilder().at(START_MS).cell("adx/banner", 0.1).modifiers(1, 1, 2, 1.5).build());
        controller.send(new ArmSecondBuilder().arm("random").at(START_MS).modifiers(1, 2).build());
        controller.send(new ArmSecondBuilder().at(START_MS + 15_000).build());
        controller.send(new ArmSecondBuilder().arm("random").at(START_MS + 15_000).build());

        List<UncertaintySnapshot> published = controller.snapshots();

        UncertaintySnapshot uncertainty = last(published, "uncertainty");
        UncertaintySnapshot random = last(published, "random");
        assertThat(random.getModifiers()).isEqualTo(uncertainty.getOwnModifiers());
        assertThat(uncertainty.getModifiers()).isEqualTo(uncertainty.getOwnModifiers());
        assertThat(random.getModifiers().getCumulativeList()).containsExactly(0.5, 0.75, 1.0);
        assertThat(random.getModifiers().getModifier(0)).isEqualTo(1);
        assertThat(random.getModifiers().getModifier(1)).isCloseTo(1.5, within(0.001));
        assertThat(random.getOwnModifiers().getCount()).isEqualTo(2);

        // when the uncertainty arm has been silent for longer than its snapshots live
        controller.send(new ArmSecondBuilder().arm("random").at(START_MS + 80_000).modifiers(2).build());
        assertThat(last(controller.snapshots(), "random").getModifiers().getCount()).isZero();
        assertThat(controller.count(ControllerCounter.MODIFIERS_STALE)).isEqualTo(1);
    }

    @Test
    void shouldGoOnWithTheWallClockWhenNoRecordsCome() {
        for (int s = 0; s < 4; s++) {
            controller.send(new ArmSecondBuilder().at(START_MS + s * 1000L).cell("adx/banner", 0.1).build());
        }
        assertThat(controller.snapshots()).isEmpty();

        secondsPass(4);
        assertThat(controller.snapshots()).isEmpty();
        secondsPass(12);
        List<UncertaintySnapshot> idle = controller.snapshots();
        // at 5 s, late because idleness shows only then, and at 10, 15 and 20 s
        assertThat(idle).hasSize(4);
        assertThat(idle.getLast().getCell(0).getCount()).isEqualTo(4);

        // until the window is empty, and then no more
        secondsPass(320);
        UncertaintySnapshot empty = controller.snapshots().getLast();
        assertThat(empty.getCell(0).getCount()).isZero();
        secondsPass(60);
        assertThat(controller.snapshots()).isEmpty();
        assertThat(controller.stored(UncertaintyProcessor.PANES)).isZero();
        assertThat(controller.stored(UncertaintyProcessor.SECONDS)).isZero();
    }

    @Test
    void shouldNotRunAheadOfABacklogWhenItStoodStill() {
        controller.send(new ArmSecondBuilder().at(START_MS).cell("adx/banner", 0.1).build());
        // a rebalance, or a machine that was asleep
        controller.advanceWallClock(Duration.ofMinutes(20));
        controller.send(new ArmSecondBuilder().at(START_MS + 1000).cell("adx/banner", 0.3).build());

        UncertaintySnapshot snapshot = snapshotAfter(controller, START_MS + 20_000);

        assertThat(snapshot.getCell(0).getCount()).isEqualTo(2);
        assertThat(controller.count(ControllerCounter.SECOND_LATE)).isZero();
    }

    private void secondsPass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            controller.advanceWallClock(Duration.ofSeconds(1));
        }
    }

    @Test
    void shouldPublishTheSameWhenItGoesOnFromItsState() {
        var random = new SplittableRandom(7);
        List<ArmSecond> input = new ArrayList<>();
        for (int s = 0; s < 420; s++) {
            input.add(new ArmSecondBuilder().at(START_MS + s * 1000L)
                    .cell("adx/banner", random.doubles(3, 0.001, 1).toArray())
                    .cell("adx/video", random.doubles(2, 0.001, 1).toArray()).modifiers(1 + random.nextDouble())
                    .build());
        }
        try (var restarted = new ControllerDriver(directory.resolve("two"), Map.of(), WALL)) {
            input.subList(0, 333).forEach(controller::send);
            controller.snapshots();
            for (String store : List.of(UncertaintyProcessor.PANES, UncertaintyProcessor.SECONDS,
                    UncertaintyProcessor.CLOCKS, SnapshotPublisher.PUBLISHED, SnapshotPublisher.GUARD)) {
                controller.copyStore(store, restarted);
            }
            // and the last second comes again, as after a crash before the commit
            input.subList(332, 420).forEach(controller::send);
            input.subList(332, 420).forEach(restarted::send);

            List<UncertaintySnapshot> uninterrupted = controller.snapshots();
            assertThat(restarted.snapshots()).isEqualTo(uninterrupted).hasSizeGreaterThan(15);
            assertThat(restarted.count(ControllerCounter.SECOND_DUPLICATE)).isEqualTo(1);
        }
    }

    @Test
    void shouldCountTheLeastUsedAsOtherWhenThereAreMoreCellsThanTheBound() {
        try (var bounded = new ControllerDriver(directory.resolve("two"), Map.of("exploration.cells-max", "3"), WALL)) {
            var second = new ArmSecondBuilder().at(START_MS);
            for (int cell = 0; cell < 20; cell++) {
                double[] us = new double[cell + 1];
                Arrays.fill(us, 0.5);
                second.cell("adx/format" + cell, us);
            }
            bounded.send(second.build());

            UncertaintySnapshot snapshot = snapshotAfter(bounded, START_MS + 20_000);

            // the two most used keep their names beside the many others that are one cell
            assertThat(snapshot.getCellList()).extracting(CellStatistics::getCell).containsExactly("",
                    "*/format18", "*/format19", "*/other", "adx", "adx/format18", "adx/format19", "adx/other");
            assertThat(snapshot.getCellList()).extracting(CellStatistics::getCount).containsExactly(210L, 19L, 20L,
                    171L, 210L, 19L, 20L, 171L);
            assertThat(bounded.count(ControllerCounter.CELL_OVERFLOW)).isPositive();
            assertThat(bounded.stored(UncertaintyProcessor.PANES)).isEqualTo(7);
        }
    }

    @Test
    void shouldKeepAPaneBoundedWhenExchangesAreWithoutNumber() {
        try (var bounded = new ControllerDriver(directory.resolve("two"), Map.of("exploration.cells-max", "3"), WALL)) {
            for (int exchange = 0; exchange < 100; exchange++) {
                bounded.send(
                        new ArmSecondBuilder().at(START_MS).sequence(exchange).cell("x" + exchange + "/banner", 0.5)
                                .build());
            }

            UncertaintySnapshot snapshot = snapshotAfter(bounded, START_MS + 20_000);

            assertThat(bounded.stored(UncertaintyProcessor.PANES)).isLessThanOrEqualTo(12);
            assertThat(snapshot.getCell(0).getCount()).isEqualTo(100);
            assertThat(snapshot.getCellCount()).isLessThanOrEqualTo(1 + 4 + 4 + 12 + 4);
            assertThat(snapshot.getCellList()).extracting(CellStatistics::getCell).contains("other", "other/other");
        }
    }

    @Test
    void shouldCountAndPassOverWhenARecordCannotBeUsed() {
        ArmSecond good = new ArmSecondBuilder().at(START_MS).cell("adx/banner", 0.1).build();
        controller.sendBytes(Topics.UNCERTAINTY, "uncertainty", "not protobuf".getBytes(StandardCharsets.UTF_8));
        controller.send(Topics.UNCERTAINTY, "control", good);
        controller.send(good.toBuilder().setBidder("").build());
        ArmSecond.Builder contradictory = good.toBuilder();
        contradictory.getUncertaintyBuilder(0).getHistogramBuilder().setCount(2);
        controller.send(contradictory.build());
        ArmSecond.Builder overflowing = good.toBuilder();
        overflowing.getUncertaintyBuilder(0).getHistogramBuilder().setSum(Long.MAX_VALUE);
        controller.send(overflowing.build());
        controller.send(good.toBuilder().setSecondMs(WALL.toEpochMilli() + 120_000).build());
        controller.send(good);

        UncertaintySnapshot snapshot = snapshotAfter(controller, START_MS + 20_000);

        assertThat(snapshot.getCell(0).getCount()).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.UNREADABLE)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.SECOND_INVALID)).isEqualTo(4);
        assertThat(controller.count(ControllerCounter.SECOND_AHEAD)).isEqualTo(1);
        assertThat(controller.count(ControllerCounter.FAILED)).isZero();
    }

    private static UncertaintySnapshot snapshotAfter(ControllerDriver controller, long timeMs) {
        controller.send(new ArmSecondBuilder().bidder("clock").at(timeMs).epoch(1, 4).build());
        return controller.snapshots().getLast();
    }

    private static UncertaintySnapshot last(List<UncertaintySnapshot> snapshots, String arm) {
        return snapshots.stream().filter(snapshot -> snapshot.getArm().equals(arm)).toList().getLast();
    }
}
