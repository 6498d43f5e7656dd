package io.sextant.controller.modifier;

import io.sextant.controller.state.Charge;
import io.sextant.controller.state.PremiumPane;

/**
 * Sums over charges, and what they say of the cost of exploration. Thread-safe.
 *
 * <p>
 * The base of a charge is what was paid for anything but exploration, its price less its premium. Premiums are measured
 * against the base where they are to be scaled: at twice the gain the premium is twice as large a part of the base, but not
 * of the spend, which grows with it.
 */
final class Premium {
    private Premium() {}

    /** The pane with one charge more. */
    static PremiumPane add(PremiumPane pane, Charge charge) {
        PremiumPane.Builder sum = pane.toBuilder().setCharges(pane.getCharges() + 1)
                .setSpendNanos(pane.getSpendNanos() + charge.getSpendNanos())
                .setPremiumNanos(pane.getPremiumNanos() + charge.getPremiumNanos());
        if (charge.hasGain()) {
            long base = charge.getSpendNanos() - charge.getPremiumNanos();
            sum.setSteeredCharges(pane.getSteeredCharges() + 1)
                    .setSteeredSpendNanos(pane.getSteeredSpendNanos() + charge.getSpendNanos())
                    .setSteeredPremiumNanos(pane.getSteeredPremiumNanos() + charge.getPremiumNanos())
                    .setGainBaseNanos(pane.getGainBaseNanos() + charge.getGain() * base);
        }
        return sum.build();
    }

    /** Two panes together. */
    static PremiumPane add(PremiumPane a, PremiumPane b) {
        return PremiumPane.newBuilder().setCharges(a.getCharges() + b.getCharges())
                .setSpendNanos(a.getSpendNanos() + b.getSpendNanos())
                .setPremiumNanos(a.getPremiumNanos() + b.getPremiumNanos())
                .setSteeredCharges(a.getSteeredCharges() + b.getSteeredCharges())
                .setSteeredSpendNanos(a.getSteeredSpendNanos() + b.getSteeredSpendNanos())
                .setSteeredPremiumNanos(a.getSteeredPremiumNanos() + b.getSteeredPremiumNanos())
                .setGainBaseNanos(a.getGainBaseNanos() + b.getGainBaseNanos()).build();
    }

    /** The premium as a share of the spend, 0 to 1; not a number where nothing was spent. */
    static double share(PremiumPane sum) {
        return sum.getSpendNanos() == 0 ? Double.NaN : (double) sum.getPremiumNanos() / sum.getSpendNanos();
    }

    /** A share of the spend as a part of the base; infinite for 1 and more. */
    static double ofBase(double share) {
        return share >= 1 ? Double.POSITIVE_INFINITY : share / (1 - share);
    }
}
