package io.sextant.controller.modifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.controller.GuardConfig;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.GuardState;
import io.sextant.controller.state.PremiumPane;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

class PremiumGuardTest {
    private static final long NOW_MS = 1_000_000;
    private static final PremiumPane NOTHING = PremiumPane.getDefaultInstance();
    private static final ModifierDistribution NO_MODIFIERS = ModifierDistribution.getDefaultInstance();

    private final PremiumGuard guard = new PremiumGuard(
            new GuardConfig(Duration.ofMinutes(5), Duration.ofSeconds(10)));

    /** Half of the explored bids at 1, half at 1.4, half of all explored: 0.1 of the base; 3 % of the spend are 3/97 of it. */
    @Example
    void shouldBeginWithHalfOfWhatTheModifiersPromise() {
        ModifierDistribution natural = ModifierDistribution.newBuilder().addModifier(1).addCumulative(0.5)
                .addModifier(1.4).addCumulative(1).build();

        GuardState first = advance(PremiumGuard.start(), settings().setExploreShare(0.5).build(), natural, NOTHING);

        assertThat(first.getGain()).isCloseTo(0.5 * (3 / 97.0) / 0.1, within(1e-12));
        assertThat(first.getNaturalPremium()).isCloseTo(0.1, within(1e-12));
        assertThat(first.getMeasured()).isFalse();
    }

    @Example
    void shouldExpectTheWorstWhileThereAreNoModifiers() {
        GuardState first = advance(PremiumGuard.start(), settings().build(), NO_MODIFIERS, NOTHING);

        // Every bid doubled: as much premium as base.
        assertThat(first.getGain()).isCloseTo(0.5 * (3 / 97.0), within(1e-12));
    }

    /** By hand: see the comments. */
    @Example
    void shouldIntegrateTheErrorOfTheChargesThatCame() {
        // 1000 charges of base 1 and premium 0.1 at gain 0.5, in ten panes: a natural premium of 0.2.
        PremiumPane window = pane(1000, 1000, 100, 500);
        GuardState before = GuardState.newBuilder().setGain(0.5).setMeasured(true).setNaturalPremium(0.2).setReach(1)
                .setPendingSpendNanos(110).setPendingPremiumNanos(10).build();

        GuardState next = guard.advance(before, settings().build(), NO_MODIFIERS,
                new PremiumGuard.Measured(window, window, 10, 0.09), NOW_MS);

        // One usual pane: 10/135 of the error, 3/97 - 10/100, in units of the natural premium.
        assertThat(next.getGain()).isCloseTo(0.5 + 10 / 135.0 * (3 / 97.0 - 0.1) / 0.2, within(1e-9));
        assertThat(next.getNaturalPremium()).isCloseTo(0.2, within(1e-12));
        assertThat(next.getPendingSpendNanos()).isZero();
        assertThat(next.getPendingPremiumNanos()).isZero();
        assertThat(next.getPaneMs()).isEqualTo(NOW_MS);
    }

    @Example
    void shouldLeaveTheGainWhereNoChargesCame() {
        GuardState before = GuardState.newBuilder().setGain(0.3).setMeasured(true).setNaturalPremium(0.2).setReach(1)
                .build();

        assertThat(advance(before, settings().build(), NO_MODIFIERS, NOTHING).getGain()).isEqualTo(0.3);
    }

    @Example
    void shouldCountOnlyChargesOfBidsThatCouldExplore() {
        GuardState state = guard.charge(PremiumGuard.start(), charge().clearGain().build());
        GuardState capped = guard.charge(GuardState.newBuilder().setCapped(true).build(), charge().build());
        GuardState steered = guard.charge(PremiumGuard.start(), charge().setGain(0).build());

        assertThat(state.getPendingSpendNanos()).isZero();
        assertThat(capped.getPendingSpendNanos()).isZero();
        assertThat(steered.getPendingSpendNanos()).isEqualTo(110);
        assertThat(steered.getPendingPremiumNanos()).isEqualTo(10);
    }

    @Example
    void shouldJudgeNothingByAFewCharges() {
        PremiumPane few = PremiumPane.newBuilder().setCharges(29).setSpendNanos(100).setPremiumNanos(50).build();

        assertThat(PremiumGuard.judged(few)).isZero();
        assertThat(PremiumGuard.judged(few.toBuilder().setCharges(30).build())).isEqualTo(0.5);
        assertThat(PremiumGuard.judged(PremiumPane.newBuilder().setCharges(30).build())).as("for nothing").isZero();
    }

    @Example
    void shouldCapAtTheCapNeverAt1AndAlwaysAt0() {
        assertThat(capped(0.1, 0.0999)).isFalse();
        assertThat(capped(0.1, 0.1)).isTrue();
        assertThat(capped(1, 1)).isFalse();
        assertThat(capped(0, 0)).isTrue();
    }

    @Example
    void shouldComeBackBelowTheTargetCarefully() {
        GuardState capped = GuardState.newBuilder().setGain(0.8).setCapped(true).setMeasured(true)
                .setNaturalPremium(0.5).setReach(1).build();

        assertThat(resumed(capped, settings(), 0.03).getCapped()).isTrue();
        GuardState back = resumed(capped, settings(), 0.029);
        assertThat(back.getCapped()).isFalse();
        // What was measured before the cap is given up by a fifth a pane; half of the target is spent on it.
        assertThat(back.getGain()).isCloseTo(0.5 * (3 / 97.0) / 0.5, within(1e-9));
        assertThat(resumed(capped.toBuilder().setGain(0.01).build(), settings(), 0).getGain()).isEqualTo(0.01);
        assertThat(resumed(capped, settings().setPremiumTarget(0), 0).getCapped()).as("nothing spent").isFalse();
        assertThat(resumed(capped, settings().setPremiumCap(0), 0).getCapped()).as("off").isTrue();
        assertThat(resumed(capped, settings().setPremiumCap(1), 0.9).getCapped()).as("never").isFalse();
    }

    @Example
    void shouldKnowNoLimitAtATargetOf1AndExploreOnlyForNothingAtATargetOf0() {
        ModifierDistribution raised = ModifierDistribution.newBuilder().addModifier(1.5).addCumulative(1).build();
        ModifierDistribution lowered = ModifierDistribution.newBuilder().addModifier(0.5).addCumulative(1).build();

        assertThat(advance(PremiumGuard.start(), settings().setPremiumTarget(1).build(), raised, NOTHING).getGain())
                .isEqualTo(1);
        assertThat(advance(PremiumGuard.start(), settings().setPremiumTarget(0).build(), raised, NOTHING).getGain())
                .isZero();
        assertThat(advance(PremiumGuard.start(), settings().setPremiumTarget(0).build(), lowered, NOTHING).getGain())
                .isEqualTo(1);
    }

    @Example
    void shouldMakeRoomAtOnceForSettingsThatReachFurther() {
        GuardState before = GuardState.newBuilder().setGain(0.4).setMeasured(true).setNaturalPremium(0.1).setReach(0.5)
                .build();

        assertThat(advance(before, settings().build(), NO_MODIFIERS, NOTHING).getGain()).isEqualTo(0.2);
        assertThat(advance(before, settings().setModifierMax(1.1).build(), NO_MODIFIERS, NOTHING).getGain())
                .as("nearer").isEqualTo(0.4);
    }

    @Property(tries = 500, seed = "1")
    void shouldStayBetween0And1(@ForAll @DoubleRange(max = 1) @Scale(6) double gain,
            @ForAll @DoubleRange(max = 1) @Scale(6) double target,
            @ForAll @DoubleRange(max = 100) @Scale(6) double natural,
            @ForAll @LongRange(max = 1_000_000_000_000L) long spend,
            @ForAll @LongRange(max = 1_000_000_000_000L) long premium,
            @ForAll @LongRange(max = 100_000) long charges, @ForAll boolean measured, @ForAll boolean capped) {
        long premiumNanos = Math.min(spend, premium);
        PremiumPane window = pane(charges, spend - premiumNanos, premiumNanos, gain * (spend - premiumNanos));
        GuardState before = GuardState.newBuilder().setGain(gain).setMeasured(measured).setCapped(capped)
                .setNaturalPremium(natural).setPendingSpendNanos(spend).setPendingPremiumNanos(premiumNanos).build();

        GuardState next = guard.advance(before, settings().setPremiumTarget(target).build(), NO_MODIFIERS,
                new PremiumGuard.Measured(window, window, 30, 0), NOW_MS);

        assertThat(next.getGain()).isBetween(0.0, 1.0);
        assertThat(next.getNaturalPremium()).isGreaterThanOrEqualTo(0).isFinite();
    }

    private boolean capped(double cap, double worst) {
        return guard.cap(PremiumGuard.start(), settings().setPremiumCap(cap).build(), worst).getCapped();
    }

    private GuardState resumed(GuardState capped, ExplorationSettings.Builder settings, double worst) {
        return guard.advance(capped, settings.build(), NO_MODIFIERS,
                new PremiumGuard.Measured(NOTHING, NOTHING, 0, worst), NOW_MS);
    }

    private GuardState advance(GuardState state, ExplorationSettings settings, ModifierDistribution natural,
            PremiumPane window) {
        return guard.advance(state, settings, natural, new PremiumGuard.Measured(window, window, 0, 0), NOW_MS);
    }

    private static PremiumPane pane(long charges, long base, long premium, double gainBase) {
        return PremiumPane.newBuilder().setCharges(charges).setSpendNanos(base + premium).setPremiumNanos(premium)
                .setSteeredCharges(charges).setSteeredSpendNanos(base + premium).setSteeredPremiumNanos(premium)
                .setGainBaseNanos(gainBase).build();
    }

    private static Charge.Builder charge() {
        return Charge.newBuilder().setArm("uncertainty").setSpendNanos(110).setPremiumNanos(10).setGain(0.5f);
    }

    private static ExplorationSettings.Builder settings() {
        return ExplorationSettings.newBuilder().setExploreShare(1).setModifierMin(1).setModifierMax(2)
                .setPremiumTarget(0.03).setPremiumCap(0.1);
    }
}
