package io.sextant.bidder.pricing;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;

/** Chooses the bid modifier of an impression by its arm's rule. Hot path: pure functions. */
public final class ArmModifier {
    private ArmModifier() {}

    /**
     * The natural modifier: 1, or drawn blind, or looked up by uncertainty, or one of their controls. What bids are multiplied by is
     * {@link BidModifierTable#applied} of it.
     *
     * @param rule             the arm's rule
     * @param table            the arm's table, no older than its time to live
     * @param uncertainty      of the request; NaN where it was not measured, which gives 1
     * @param uncertaintyEpoch of the model that measured it; in another epoch than the table's the modifier is 1
     * @param ranked           what the arm ranks the request by, 0 or more; NaN where it was not asked, which gives 1
     * @param format           the impression's format, as cells are named
     * @param decisionKey      key of the decision's draws
     */
    public static double natural(ExplorationRule rule, BidModifierTable table, double uncertainty,
            long uncertaintyEpoch, double ranked, String format, long decisionKey) {
        return switch (rule) {
            case NONE -> ModifierCurve.NEUTRAL;
            case RANDOM -> table.blind(decisionKey);
            case UNCERTAINTY -> table.uncertaintyEpoch() == uncertaintyEpoch
                    ? table.byUncertainty(uncertainty, format, decisionKey)
                    : ModifierCurve.NEUTRAL;
            case UNIFORM -> table.uniform(decisionKey);
            case PCTR_PLACEBO -> table.byRank(ranked, decisionKey);
            case UNCERTAINTY_RANK -> table.uncertaintyEpoch() == uncertaintyEpoch
                    ? table.byRank(ranked, decisionKey)
                    : ModifierCurve.NEUTRAL;
        };
    }
}
