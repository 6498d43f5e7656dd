package io.sextant.controller.modifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.ControllerCounter;
import io.sextant.controller.state.Charge;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotPublisherTest {
    private static final long START_MS = 1_800_000_000_000L;
    private static final ModifierDistribution NATURAL = ModifierDistribution.newBuilder().addModifier(1)
            .addCumulative(0.5).addModifier(1.5).addCumulative(1).setCount(100).build();

    @TempDir
    Path directory;

    private PublisherDriver publisher;

    @BeforeEach
    void start() {
        publisher = new PublisherDriver(directory, Map.of());
    }

    @AfterEach
    void stop() {
        publisher.close();
    }

    @Test
    void shouldSayWhatExplorationCostAnArmByTheTimeOfTheBid() {
        assertThat(draft("random", 0).getPremium()).as("nothing spent").isNaN();
        charges("uncertainty", 0, 20, 100, 8);
        charges("uncertainty", 290_000, 20, 300, 12);
        charges("random", 0, 5, 50, 25);

        assertThat(draft("uncertainty", 295_000).getPremium()).isCloseTo(400.0 / 8000, within(1e-12));
        assertThat(draft("random", 295_000).getPremium()).isEqualTo(0.5);
        assertThat(draft("control", 295_000).getPremium()).isNaN();
        // The pane of the first bids leaves the window; a charge that comes now for one of them changes no premium.
        assertThat(draft("uncertainty", 300_000).getPremium()).isCloseTo(240.0 / 6000, within(1e-12));
        charge("uncertainty", 9_000, 300_000, 100, 50, 1f);
        assertThat(draft("uncertainty", 300_000).getPremium()).isCloseTo(240.0 / 6000, within(1e-12));
        assertThat(publisher.metrics.value(ControllerCounter.CHARGE_LATE)).isEqualTo(1);
        assertThat(publisher.panes()).as("nothing older than the window is kept").isEqualTo(1);
        assertThat(publisher.gauge("premium", "arm", "uncertainty")).isCloseTo(0.04, within(1e-12));
    }

    @Test
    void shouldTellAllArmsAtOnceWhenTheCapIsReached() {
        for (String arm : GuardedMarket.ARMS) {
            draft(arm, 5_000);
        }
        double gain = publisher.state().getGain();
        // A tenth of the spend is the cap: not by 29 charges, but by the thirtieth.
        assertThat(charges("random", 6_000, 29, 100, 10)).isEmpty();
        List<UncertaintySnapshot> told = charge("random", 6_000, 7_000, 100, 10, (float) gain);

        assertThat(told).extracting(UncertaintySnapshot::getArm)
                .containsExactlyInAnyOrderElementsOf(GuardedMarket.ARMS);
        assertThat(told).allSatisfy(snapshot -> {
            assertThat(snapshot.getCapped()).isTrue();
            assertThat(snapshot.getVersion()).isEqualTo(2);
            assertThat(snapshot.getTimeMs()).as("as old as its statistics").isEqualTo(START_MS + 5_000);
            assertThat(snapshot.getCell(0).getMean()).isEqualTo(0.02);
        });
        assertThat(publisher.metrics.value(ControllerCounter.PREMIUM_CAP_REACHED)).isEqualTo(1);
        assertThat(publisher.gauge("capped")).isEqualTo(1);
        assertThat(draft("uncertainty", 10_000).getCapped()).as("until it is over").isTrue();
        assertThat(charge("random", 6_000, 12_000, 100, 10, 1f)).as("told once").isEmpty();
        // What is bought now costs nothing more; when the premium is below its target, all arms hear it.
        charges("random", 13_000, 100, 100, 0);
        List<UncertaintySnapshot> over = publisher.send(draftOf("control", 20_000), START_MS + 20_000);
        assertThat(over).extracting(UncertaintySnapshot::getArm)
                .containsExactlyInAnyOrderElementsOf(GuardedMarket.ARMS);
        assertThat(over).noneMatch(UncertaintySnapshot::getCapped);
        assertThat(over).allMatch(snapshot -> snapshot.getGain() <= gain);
        assertThat(publisher.gauge("capped")).isZero();
    }

    @Test
    void shouldTurnExplorationOffAndOnBySetting() {
        draft("uncertainty", 0);
        publisher.set(publisher.settings().toBuilder().setPremiumCap(0).setPremiumTarget(0));
        assertThat(draft("uncertainty", 1_000).getCapped()).isTrue();
        assertThat(draft("uncertainty", 60_000).getCapped()).isTrue();

        publisher.set(publisher.settings().toBuilder().setPremiumCap(1).setPremiumTarget(1));
        UncertaintySnapshot free = draft("uncertainty", 70_000);

        assertThat(free.getCapped()).isFalse();
        assertThat(draft("uncertainty", 80_000).getGain()).isEqualTo(1);
    }

    @Test
    void shouldLetBlindArmsDrawTheNaturalModifiersOfTheSourceArm() {
        assertThat(draft("random", 0).getModifiers().getCount()).as("nothing known yet").isZero();
        UncertaintySnapshot source = draft("uncertainty", 1_000);

        assertThat(source.getModifiers()).isEqualTo(NATURAL);
        assertThat(draft("random", 2_000).getModifiers()).isEqualTo(NATURAL);
        assertThat(draft("random", 62_000).getModifiers().getCount()).as("too old").isZero();
        assertThat(publisher.metrics.value(ControllerCounter.MODIFIERS_STALE)).isEqualTo(1);
        assertThat(publisher.published("random").getVersion()).isEqualTo(3);
    }

    /** The same input, once with a restart after every tenth message: whatever is decided is in the stores. */
    @Test
    void shouldGoOnAfterARestartAsIfThereHadBeenNone() {
        try (var restarted = new PublisherDriver(directory, Map.of())) {
            var random = new SplittableRandom(9);
            var told = new ArrayList<UncertaintySnapshot>();
            var toldRestarted = new ArrayList<UncertaintySnapshot>();
            for (int i = 0; i < 1_000; i++) {
                long timeMs = START_MS + i * 300L;
                String arm = GuardedMarket.ARMS.get(random.nextInt(3));
                var message = i % 9 == 0 ? draftOf(arm, i * 300L)
                        : Charge.newBuilder().setArm(arm).setBidTimeMs(timeMs - random.nextInt(20_000))
                                .setSpendNanos(100 + random.nextInt(100)).setPremiumNanos(random.nextInt(22))
                                .setGain(0.3f).build();
                told.addAll(publisher.send(message, timeMs));
                if (i % 10 == 0) {
                    restarted.restart();
                }
                toldRestarted.addAll(restarted.send(message, timeMs));
            }

            assertThat(toldRestarted).isEqualTo(told);
            assertThat(restarted.state()).isEqualTo(publisher.state());
            assertThat(told.stream().map(UncertaintySnapshot::getGain).distinct()).as("the guard was at work")
                    .hasSizeGreaterThan(4);
        }
    }

    private UncertaintySnapshot draft(String arm, long afterStartMs) {
        return publisher.send(draftOf(arm, afterStartMs), START_MS + afterStartMs).getFirst();
    }

    private UncertaintySnapshot draftOf(String arm, long afterStartMs) {
        return UncertaintySnapshot.newBuilder().setArm(arm).setTimeMs(START_MS + afterStartMs)
                .setSettings(publisher.settings()).addCell(CellStatistics.newBuilder().setCount(9).setMean(0.02))
                .setOwnModifiers(NATURAL).build();
    }

    /** Charges that come a second after their bids, each of the same amounts. */
    private List<UncertaintySnapshot> charges(String arm, long bidAfterStartMs, int number, long spend, long premium) {
        var told = new ArrayList<UncertaintySnapshot>();
        for (int i = 0; i < number; i++) {
            told.addAll(charge(arm, bidAfterStartMs, bidAfterStartMs + 1000, spend, premium, 0.5f));
        }
        return told;
    }

    private List<UncertaintySnapshot> charge(String arm, long bidAfterStartMs, long afterStartMs, long spend,
            long premium, float gain) {
        return publisher.send(Charge.newBuilder().setArm(arm).setBidTimeMs(START_MS + bidAfterStartMs)
                .setSpendNanos(spend).setPremiumNanos(premium).setGain(gain).build(), START_MS + afterStartMs);
    }
}
