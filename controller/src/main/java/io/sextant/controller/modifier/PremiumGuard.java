package io.sextant.controller.modifier;

import io.sextant.controller.GuardConfig;
import io.sextant.controller.state.Charge;
import io.sextant.controller.state.GuardState;
import io.sextant.controller.state.PremiumPane;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;

/**
 * Keeps what exploration costs near its target, by one gain for all arms, and below its cap, by turning exploration off.
 * Pure: what it knows comes in and goes out. Immutable and thread-safe.
 *
 * <p>
 * A target of 1 or more leaves the gain at 1; a target of 0 lets only that be explored which costs nothing. A cap of 0 turns
 * exploration off, a cap of 1 or more never does.
 */
final class PremiumGuard {
    /*
     * The gain is an integral over money: each charge adds target times base less premium, once, when it comes, however late
     * that is. So over any stretch of time the premium can differ from its target by no more than the gain changed in it.
     * The integral is divided by what a gain of 1 would cost in a pane (the natural premium times the base), which makes the
     * loop's speed the same for a natural premium of 3 % and of 100 %: it forgets an error in TIME_CONSTANT, three halves of
     * the minute and a half that a notice, a pane and a snapshot take at most, so it is damped well. The gain itself is the
     * integral's only memory and is kept within 0 to 1: there is nothing to wind up. Charges of bids under no gain say
     * nothing of it and are left out, or an outage would look like thrift.
     *
     * The natural premium is measured by charges as well, each with the gain that its own bid was made under, so delays do
     * not blur it. The larger of that over the window and that of the last minute counts: a loop that is too slow is better
     * than one that swings. Until there are charges, it is what the natural modifiers say: what would be paid above the base
     * if wins did not depend on modifiers. They do, so no more than a part of the target is spent on that promise; likewise
     * after a cap.
     */
    /** A premium over fewer charges than this is chance: one impression alone may cost half its price more. */
    static final int CHARGES_MIN = 30;
    private static final double TIME_CONSTANT_MS = 135_000;
    /** What "the last minute" is: long enough for a few charges, short against the window. */
    private static final double RECENT_MS = 60_000;
    /** A natural premium that has fallen is believed to have fallen to this part at most, a pane. */
    private static final double KEPT = 0.8;
    /** Of the target, what is spent before it is known, or known again, what exploration costs. */
    private static final double CAUTION = 0.5;
    /** A pane in which more is spent than usual counts no more than this many usual ones. */
    private static final double PANES_MAX = 2;

    private final GuardConfig config;

    PremiumGuard(GuardConfig config) {
        this.config = config;
    }

    /**
     * What panes tell.
     *
     * @param window of the arm that sets the gain, over the guard's window
     * @param recent the newest of these with charges under a gain, as long as a minute together
     * @param panes  number of panes of the window with charges under a gain
     * @param worst  largest share of spend that the premium of any arm has, over the guard's window, see {@link #judged}
     */
    record Measured(PremiumPane window, PremiumPane recent, int panes, double worst) {}

    /** The share that is held against cap and target: the premium's, or 0 where charges are too few to tell. */
    static double judged(PremiumPane window) {
        return window.getCharges() < CHARGES_MIN || window.getSpendNanos() == 0 ? 0 : Premium.share(window);
    }

    /** Where there is no state yet: nothing is explored before the first {@link #advance}. */
    static GuardState start() {
        return GuardState.getDefaultInstance();
    }

    /** How long a charge's pane matters to {@link Measured#recent}. */
    int recentPanes() {
        return (int) Math.max(1, Math.ceil(RECENT_MS / config.pane().toMillis()));
    }

    /** Takes note of a charge of the arm that sets the gain. */
    GuardState charge(GuardState state, Charge charge) {
        if (!charge.hasGain() || state.getCapped()) {
            return state;
        }
        return state.toBuilder().setPendingSpendNanos(state.getPendingSpendNanos() + charge.getSpendNanos())
                .setPendingPremiumNanos(state.getPendingPremiumNanos() + charge.getPremiumNanos()).build();
    }

    /**
     * Turns exploration off if a premium has reached its cap.
     *
     * @param worst as {@link Measured#worst}, or of one arm
     */
    GuardState cap(GuardState state, ExplorationSettings settings, double worst) {
        if (state.getCapped() || settings.getPremiumCap() >= 1 || worst < settings.getPremiumCap()) {
            return state;
        }
        return state.toBuilder().setCapped(true).clearPendingSpendNanos().clearPendingPremiumNanos().build();
    }

    /** Whether at this time another pane begins, and the gain is to be looked at by {@link #advance}. */
    boolean due(GuardState state, long timeMs) {
        return config.paneStartMs(timeMs) > state.getPaneMs();
    }

    /**
     * Sets the gain for the pane that begins.
     *
     * @param natural distribution of the natural modifiers in the explore share; may be empty
     * @param timeMs  event time
     */
    GuardState advance(GuardState state, ExplorationSettings settings, ModifierDistribution natural, Measured measured,
            long timeMs) {
        GuardState.Builder next = state.toBuilder().setTimeMs(timeMs).setPaneMs(config.paneStartMs(timeMs))
                .clearPendingSpendNanos().clearPendingPremiumNanos();
        double expected = expected(settings, natural);
        follow(next, settings);
        next.setNaturalPremium(naturalPremium(next, measured, expected));
        double target = Premium.ofBase(settings.getPremiumTarget());
        if (state.getCapped()) {
            return resume(next, settings, target, measured.worst()).build();
        }
        boolean known = state.getMeasured()
                || (measured.window().getSteeredCharges() >= CHARGES_MIN && measured.window().getGainBaseNanos() > 0);
        next.setMeasured(known);
        next.setGain(known ? integrated(next, state, target, measured)
                : gain(CAUTION * target, next.getNaturalPremium()));
        return next.build();
    }

    /* Premium at gain 1 as a part of the base, if wins did not depend on modifiers. */
    private static double expected(ExplorationSettings settings, ModifierDistribution natural) {
        if (natural.getModifierCount() == 0) {
            return reach(settings);
        }
        double sum = 0;
        double before = 0;
        for (int i = 0; i < natural.getModifierCount(); i++) {
            sum += (natural.getCumulative(i) - before) * Math.max(0, natural.getModifier(i) - 1);
            before = natural.getCumulative(i);
        }
        return settings.getExploreShare() * sum;
    }

    private static double reach(ExplorationSettings settings) {
        return settings.getExploreShare() * Math.max(0, settings.getModifierMax() - 1);
    }

    /* Settings that let more be explored take effect before their cost is seen: the gain makes room for them. */
    private static void follow(GuardState.Builder state, ExplorationSettings settings) {
        double reach = reach(settings);
        if (state.getReach() > 0 && reach > state.getReach()) {
            double wider = reach / state.getReach();
            state.setGain(state.getGain() / wider).setNaturalPremium(state.getNaturalPremium() * wider);
        }
        state.setReach(reach);
    }

    /* What was known before counts as much as the fewest charges that say something, and is given up step by step. */
    private static double naturalPremium(GuardState.Builder state, Measured measured, double expected) {
        double prior = state.getMeasured() ? state.getNaturalPremium() : expected;
        double inWindow = naturalPremium(measured.window(), prior);
        return Math.max(prior * KEPT, Math.max(inWindow, naturalPremium(measured.recent(), inWindow)));
    }

    private static double naturalPremium(PremiumPane sum, double prior) {
        if (sum.getSteeredCharges() == 0 || sum.getGainBaseNanos() == 0) {
            return prior;
        }
        double weight = CHARGES_MIN * sum.getGainBaseNanos() / sum.getSteeredCharges();
        return (sum.getSteeredPremiumNanos() + weight * prior) / (sum.getGainBaseNanos() + weight);
    }

    private double integrated(GuardState.Builder next, GuardState state, double target, Measured measured) {
        double base = (double) state.getPendingSpendNanos() - state.getPendingPremiumNanos();
        PremiumPane window = measured.window();
        double windowBase = (double) window.getSteeredSpendNanos() - window.getSteeredPremiumNanos();
        if (base <= 0 || windowBase <= 0) {
            return next.getGain();
        }
        double panes = Math.min(PANES_MAX, base * measured.panes() / windowBase);
        double error = target - state.getPendingPremiumNanos() / base;
        double step = config.pane().toMillis() / TIME_CONSTANT_MS * panes * gainOf(error, next.getNaturalPremium());
        return Math.clamp(next.getGain() + step, 0, 1);
    }

    private static double gainOf(double premium, double naturalPremium) {
        if (premium == 0) {
            return 0;
        }
        return Math.clamp(premium / naturalPremium, -1, 1);
    }

    private static double gain(double premium, double naturalPremium) {
        return naturalPremium == 0 ? 1 : Math.clamp(premium / naturalPremium, 0, 1);
    }

    private static GuardState.Builder resume(GuardState.Builder state, ExplorationSettings settings, double target,
            double worst) {
        boolean over = settings.getPremiumCap() > 0 && worst < settings.getPremiumCap()
                && (worst < settings.getPremiumTarget() || worst == 0);
        if (settings.getPremiumCap() >= 1) {
            return state.setCapped(false);
        }
        return over
                ? state.setCapped(false)
                        .setGain(Math.min(state.getGain(), gain(CAUTION * target, state.getNaturalPremium())))
                : state;
    }
}
