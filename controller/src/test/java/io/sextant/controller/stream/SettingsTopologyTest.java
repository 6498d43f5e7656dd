package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerDriver;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ChangeSource;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTopologyTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path directory;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(directory, Map.of(), START);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void shouldPublishEveryArmAtTheNextTickWhenSettingsChange() {
        for (String arm : List.of("uncertainty", "random")) {
            controller.send(new ArmSecondBuilder().arm(arm).at(START.toEpochMilli()).cell("adx/banner", 0.1).build());
        }
        controller.advanceWallClock(Duration.ofSeconds(1));
        controller.snapshots();

        send(change(7, settings().setExploreShare(0.25).setWindowMs(60_000)));
        List<UncertaintySnapshot> before = controller.snapshots();
        controller.advanceWallClock(Duration.ofSeconds(1));
        List<UncertaintySnapshot> after = controller.snapshots();

        assertThat(before).isEmpty();
        assertThat(after).extracting(UncertaintySnapshot::getArm).containsExactlyInAnyOrder("uncertainty", "random");
        assertThat(after).allSatisfy(snapshot -> {
            assertThat(snapshot.getSettingsVersion()).isEqualTo(7);
            assertThat(snapshot.getSettings()).isEqualTo(settings().setExploreShare(0.25).setWindowMs(60_000).build());
            assertThat(snapshot.getWindowMs()).isEqualTo(60_000);
        });
    }

    @Test
    void shouldStayWithWhatItHasWhenTheTopicHoldsWhatCannotBeUsed() {
        ExplorationChange good = change(1, settings().setModifierMax(3));
        send(good);

        send(change(2, settings().setModifierMax(300)));
        send(change(3, settings().setQuantileLow(0.9).setQuantileHigh(0.1)));
        send(change(4, settings().setWindowMs(15_000)));
        send(change(5, settings().setPasses(0)));
        send(change(6, settings().setEstimatorValue(99)));
        send(change(7, settings().setExploreShare(Double.NaN)));
        controller.send(Topics.EXPLORATION, "something else", change(8, settings()));

        assertThat(controller.settings().get()).isEqualTo(good);
        assertThat(controller.settings().current().getModifierMax()).isEqualTo(3);
        assertThat(controller.count(ControllerCounter.SETTINGS_REFUSED)).isEqualTo(6);
    }

    @Test
    void shouldGoBackToTheConfigurationWhenTheSettingsAreDeleted() {
        ExplorationChange configured = controller.settings().get();
        send(change(1, settings().setModifierMax(3)));

        controller.delete(Topics.EXPLORATION, FleetSettings.KEY);

        assertThat(controller.settings().get()).isEqualTo(configured);
        assertThat(controller.settings().version()).isZero();
        assertThat(configured.getSource()).isEqualTo(ChangeSource.SOURCE_CONFIGURATION);
        assertThat(configured.getSettings()).isEqualTo(controller.config().exploration().settings());
    }

    private ExplorationSettings.Builder settings() {
        return controller.config().exploration().settings().toBuilder();
    }

    private static ExplorationChange change(long version, ExplorationSettings.Builder settings) {
        return ExplorationChange.newBuilder().setVersion(version).setSettings(settings).setChangedBy("test").build();
    }

    private void send(ExplorationChange change) {
        controller.send(Topics.EXPLORATION, FleetSettings.KEY, change);
    }
}
