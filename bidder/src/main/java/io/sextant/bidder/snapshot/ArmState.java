package io.sextant.bidder.snapshot;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.feature.AdTable;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.modifier.BidModifierTable;
import org.jspecify.annotations.Nullable;

/**
 * What an arm bids with.
 *
 * @param arm       the arm
 * @param model     its model; null until the first one is there
 * @param ads       what the model knows of the catalogue's ads; null without a model
 * @param modifiers its bid modifiers; {@link BidModifierTable#none} until there are any
 * @param measure   how its uncertainty is measured; null until the fleet says how
 */
public record ArmState(Arm arm, @Nullable CtrModel model, @Nullable AdParts ads, BidModifierTable modifiers,
        @Nullable UncertaintyMeasure measure) {
    /** An arm as it is before it has been told anything. */
    ArmState(Arm arm) {
        this(arm, null, null, BidModifierTable.none(), null);
    }

    /** Version of the model, or -1. */
    public long modelVersion() {
        return model == null ? -1 : model.description().version();
    }

    /** Whether the arm can bid: it has a model, or needs none. */
    public boolean complete() {
        return model != null || !arm.hasModel();
    }

    ArmState with(CtrModel newModel, AdTable catalogue) {
        return new ArmState(arm, newModel, newModel.prepare(catalogue), modifiers, measure);
    }

    ArmState with(AdTable catalogue) {
        return model == null ? this : with(model, catalogue);
    }

    ArmState with(BidModifierTable newModifiers) {
        return new ArmState(arm, model, ads, newModifiers, UncertaintyMeasure.of(newModifiers.settings()));
    }
}
