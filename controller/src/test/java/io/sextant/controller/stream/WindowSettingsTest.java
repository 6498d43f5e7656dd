package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ArmMeasure;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.Estimator;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.Scale;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/* What changed settings do to a window while it rolls. Panes are of 10 s and close 2 s later; a window is 60 s at first. */
class WindowSettingsTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final Duration TICK = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private ControllerDriver controller;
    private long settingsVersion;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(directory, Map.of("exploration.window", "60s"),
                Instant.ofEpochMilli(START_MS).plus(Duration.ofHours(2)));
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void shouldPublishUnderTheNewSettingsAtTheNextTick() {
        for (int s = 0; s < 16; s++) {
            controller.send(second(s).cell("adx/banner", 0.01 * (s + 1)).build());
        }
        UncertaintySnapshot before = controller.snapshots().getLast();
        change(settings -> settings.setQuantileHigh(0.5));

        controller.advanceWallClock(TICK);

        // then the ten numbers of the closed pane are described anew, and once
        assertThat(before.getCell(0).getQuantileHighValue()).isCloseTo(0.1, within(1e-4));
        List<UncertaintySnapshot> published = controller.snapshots();
        assertThat(published).hasSize(1);
        assertThat(published.getFirst().getVersion()).isEqualTo(before.getVersion() + 1);
        assertThat(published.getFirst().getSettingsVersion()).isEqualTo(1);
        assertThat(published.getFirst().getSettings().getQuantileHigh()).isEqualTo(0.5);
        assertThat(published.getFirst().getCell(0).getCount()).isEqualTo(10);
        assertThat(published.getFirst().getCell(0).getQuantileHighValue()).isCloseTo(0.05, within(1e-4));
        controller.advanceWallClock(TICK);
        assertThat(controller.snapshots()).isEmpty();
    }

    @Test
    void shouldShrinkAtOnceAndFillUpAsTimePassesWhenTheWindowChanges() {
        // given a number a second, of which the window holds six panes
        run(0, 93);
        assertThat(controller.snapshots().getLast().getCell(0).getCount()).isEqualTo(60);

        change(settings -> settings.setWindowMs(20_000));
        controller.advanceWallClock(TICK);
        UncertaintySnapshot small = controller.snapshots().getLast();
        assertThat(small.getWindowMs()).isEqualTo(20_000);
        assertThat(small.getCell(0).getCount()).isEqualTo(20);
        // seconds 70 to 89
        assertThat(small.getCell(0).getMean()).isCloseTo(0.01 * 80.5, within(1e-9));

        // when it grows again, what has been deleted stays away, and late seconds of it do, too
        change(settings -> settings.setWindowMs(40_000));
        controller.advanceWallClock(TICK);
        assertThat(controller.snapshots().getLast().getWindowMs()).isEqualTo(20_000);
        controller.send(second(65).sequence(9999).cell("adx/banner", 5).build());
        assertThat(controller.count(ControllerCounter.SECOND_LATE)).isEqualTo(1);
        List<Long> counts = new ArrayList<>();
        for (int pane = 9; pane < 13; pane++) {
            run(pane * 10 + 3, pane * 10 + 13);
            UncertaintySnapshot snapshot = controller.snapshots().getLast();
            assertThat(snapshot.getWindowMs()).isEqualTo(1000 * snapshot.getCell(0).getCount());
            counts.add(snapshot.getCell(0).getCount());
        }
        // a pane is in the first publication that comes 2 s after its end
        assertThat(counts).containsExactly(20L, 30L, 40L, 40L);
    }

    @Test
    void shouldCountMoreAsOtherWhenTheBoundIsLowered() {
        for (int s = 0; s < 16; s++) {
            controller.send(second(s).cell("adx/banner", 0.1, 0.1, 0.1).cell("adx/video", 0.1, 0.1)
                    .cell("adx/native", 0.1).build());
        }
        assertThat(leaves(controller.snapshots().getLast())).containsExactly("adx/banner", "adx/native", "adx/video");

        change(settings -> settings.setCellsMax(1));
        controller.advanceWallClock(TICK);

        assertThat(leaves(controller.snapshots().getLast())).containsExactly("adx/banner", "adx/other");
    }

    @Test
    void shouldTellAnArmHowItMeasuresByItself() {
        run(0, 16);
        controller.send(second(0).arm("rows").cell("adx/banner", 0.1).build());
        controller.send(second(15).arm("rows").build());
        assertThat(controller.snapshots()).allMatch(
                snapshot -> snapshot.getSettings().getEstimator() == Estimator.ESTIMATOR_MONTE_CARLO);

        change(settings -> settings
                .addArmMeasure(ArmMeasure.newBuilder().setArm("rows").setEstimator(Estimator.ESTIMATOR_ROW_INFORMATION))
                .addArmMeasure(ArmMeasure.newBuilder().setArm("other").setPasses(7)));
        controller.advanceWallClock(TICK);

        List<UncertaintySnapshot> published = controller.snapshots();
        assertThat(published).hasSize(2);
        for (UncertaintySnapshot snapshot : published) {
            ExplorationSettings settings = snapshot.getSettings();
            assertThat(settings.getEstimator()).isEqualTo(snapshot.getArm().equals("rows")
                    ? Estimator.ESTIMATOR_ROW_INFORMATION
                    : Estimator.ESTIMATOR_MONTE_CARLO);
            assertThat(settings.getPasses()).isEqualTo(20);
            assertThat(settings.getScale()).isEqualTo(Scale.SCALE_PROBABILITY);
            assertThat(settings.getArmMeasureCount()).as("a snapshot has what holds for its arm only").isZero();
        }
    }

    @Test
    void shouldTellTheSettingsOfAnArmThatHasGone() {
        controller.send(second(0).cell("adx/banner", 0.1).build());
        for (int s = 0; s < 200; s++) {
            controller.advanceWallClock(TICK);
        }
        assertThat(controller.snapshots().getLast().getCell(0).getCount()).isZero();

        change(settings -> settings.setExploreShare(0.5));
        controller.advanceWallClock(TICK);
        controller.advanceWallClock(TICK);

        List<UncertaintySnapshot> published = controller.snapshots();
        assertThat(published).hasSize(1);
        assertThat(published.getFirst().getSettings().getExploreShare()).isEqualTo(0.5);
        assertThat(published.getFirst().getTimeMs()).isGreaterThan(START_MS + 190_000);
    }

    private void run(int fromSecond, int toSecond) {
        for (int s = fromSecond; s < toSecond; s++) {
            controller.send(second(s).cell("adx/banner", 0.01 * (s + 1)).build());
        }
    }

    private static ArmSecondBuilder second(int second) {
        return new ArmSecondBuilder().at(START_MS + second * 1000L);
    }

    private void change(UnaryOperator<ExplorationSettings.Builder> how) {
        controller.send(Topics.EXPLORATION, FleetSettings.KEY,
                ExplorationChange.newBuilder().setVersion(++settingsVersion)
                        .setSettings(how.apply(controller.settings().current().toBuilder())).build());
    }

    private static List<String> leaves(UncertaintySnapshot snapshot) {
        return snapshot.getCellList().stream().map(CellStatistics::getCell)
                .filter(cell -> cell.contains("/") && !cell.startsWith("*")).toList();
    }
}
