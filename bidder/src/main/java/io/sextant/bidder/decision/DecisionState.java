package io.sextant.bidder.decision;

import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.uncertainty.modifier.BidModifierTable;
import org.jspecify.annotations.Nullable;

/**
 * What a decision was made with, besides request, time and settings. Holds no model's memory, so it may wait in a queue.
 *
 * @param catalogue the catalogue, with its source where it is to be kept
 * @param model     where the arm's model came from; null where there was none, or nobody knows
 * @param table     the arm's modifiers, expired or not
 */
public record DecisionState(Catalogue catalogue, @Nullable ModelSource model, BidModifierTable table) {
    /** The state of a decision that has an arm. */
    public static DecisionState of(BidScratch decision, ModelSources models) {
        ArmState arm = decision.arm();
        if (arm == null) {
            throw new IllegalArgumentException("the decision has no arm");
        }
        return new DecisionState(decision.snapshot().campaigns().catalogue(), models.of(arm.model()), arm.modifiers());
    }
}
