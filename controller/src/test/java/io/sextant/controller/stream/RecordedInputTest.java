package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.controller.modifier.SnapshotPublisher;
import io.sextant.controller.recorded.OfflineWindow;
import io.sextant.controller.recorded.OfflineWindow.Comparison;
import io.sextant.controller.recorded.OfflineWindow.Reception;
import io.sextant.controller.recorded.RecordedInput;
import io.sextant.controller.recorded.RecordedSecond;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/* The oracle is OfflineWindow: the recorded numbers themselves, sorted. */
class RecordedInputTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final Instant WALL = Instant.ofEpochMilli(START_MS).plus(Duration.ofHours(2));
    private static final List<String> ARMS = List.of("control", "random", "uncertainty");
    private static final int SECONDS = 1200;
    /** In the middle of a pane. */
    private static final long RESTART_MS = START_MS + 617_000;

    @TempDir
    Path directory;

    @Test
    void shouldPublishWhatTheRecordedNumbersSayWhenTheyDriftAndComeInDisorder() {
        // given 20 minutes of 3 bidders, 24 leaf cells, messages out of order, repeated, and some of them too late
        var input = new RecordedInput(3, ARMS, 24, 570, START_MS, SECONDS, 0.02, 400, 0.02, 20260301);
        var recount = new Recount();

        // when the controller is replaced half-way by one that has nothing but its state
        var first = new ControllerDriver(directory.resolve("one"), Map.of(), WALL);
        try (var second = new ControllerDriver(directory.resolve("two"), Map.of(), WALL)) {
            boolean restarted = false;
            for (RecordedSecond sent : input) {
                if (!restarted && sent.secondMs() >= RESTART_MS) {
                    for (String store : List.of(UncertaintyProcessor.PANES, UncertaintyProcessor.SECONDS,
                            UncertaintyProcessor.CLOCKS, SnapshotPublisher.PUBLISHED)) {
                        first.copyStore(store, second);
                    }
                    recount.addCounts(first);
                    restarted = true;
                }
                recount.send(sent, restarted ? second : first);
            }
            recount.addCounts(second);
        } finally {
            first.close();
        }

        // then every published number is the offline computation's
        assertThat(recount.numbers).isGreaterThan(5_000_000);
        assertThat(recount.snapshots).isGreaterThanOrEqualTo(ARMS.size() * (SECONDS / 5 - 1));
        assertThat(recount.worst.contradictions()).isEmpty();
        assertThat(recount.worst.cells()).isGreaterThan(20_000);
        assertThat(recount.worst.meanError()).isLessThan(1e-9);
        assertThat(recount.worst.quantileError()).isLessThan(0.01);
        assertThat(recount.worst.deviationError()).isLessThan(1e-9);
        assertThat(recount.receptions.get(Reception.DUPLICATE)).isGreaterThan(100)
                .isEqualTo(recount.counted.get(ControllerCounter.SECOND_DUPLICATE));
        assertThat(recount.receptions.get(Reception.LATE)).isGreaterThan(50)
                .isEqualTo(recount.counted.get(ControllerCounter.SECOND_LATE));
    }

    /* Sends to a controller and to the offline computation alike, and holds what comes out of one against the other. */
    private static final class Recount {
        private final OfflineWindow offline = new OfflineWindow(Duration.ofSeconds(10), Duration.ofSeconds(2),
                Duration.ofMinutes(5));
        private final Map<Reception, Long> receptions = new EnumMap<>(Reception.class);
        private final Map<ControllerCounter, Long> counted = new EnumMap<>(ControllerCounter.class);
        private Comparison worst = Comparison.none();
        private long numbers;
        private int snapshots;

        void send(RecordedSecond second, ControllerDriver controller) {
            numbers += second.count();
            receptions.merge(offline.receive(second), 1L, Long::sum);
            controller.send(second.toArmSecond());
            for (UncertaintySnapshot snapshot : controller.snapshots()) {
                snapshots++;
                worst = worst.worst(offline.compare(snapshot));
            }
        }

        void addCounts(ControllerDriver controller) {
            for (var counter : List.of(ControllerCounter.SECOND_DUPLICATE, ControllerCounter.SECOND_LATE)) {
                counted.merge(counter, controller.count(counter), Long::sum);
            }
        }
    }
}
