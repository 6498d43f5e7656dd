package io.sextant.bidder.snapshot;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the snapshot that bids are made with.
 *
 * <p>
 * Threading: {@link #current} is one volatile read. The other methods may be called by any thread but an event loop; they
 * exclude each other and replace the snapshot whole, so a request sees either all of a change or nothing of it.
 */
public final class SnapshotHolder {
    private final FeatureEncoder encoder;
    private final Object writing = new Object();
    private volatile BidderSnapshot current;

    /**
     * Starts with a catalogue and without models.
     *
     * @param arms      by arm number, as in the allocator
     * @param catalogue the first catalogue
     * @param encoder   encodes the catalogue's ads; every model must have its schema
     */
    public SnapshotHolder(List<Arm> arms, Catalogue catalogue, FeatureEncoder encoder) {
        this.encoder = encoder;
        this.current = new BidderSnapshot(0, new CampaignIndex(catalogue, encoder),
                arms.stream().map(ArmState::new).toList());
    }

    /** The snapshot to bid with now. */
    public BidderSnapshot current() {
        return current;
    }

    /**
     * Gives an arm a new model; what it knows of the catalogue's ads is computed by the calling thread.
     *
     * @return the model that the arm had, or null; it may be closed once every event loop has let go of it, see
     *         {@code BidScratch.refresh}
     * @throws IllegalArgumentException if there is no such arm, it bids with no model, or the model reads other features than the bidder encodes
     */
    public @Nullable CtrModel withModel(String arm, CtrModel model) {
        FeatureSchema schema = model.description().schema();
        if (schema.fingerprint() != encoder.schema().fingerprint()) {
            throw new IllegalArgumentException("model " + model.description().version() + " of arm " + arm
                    + " refused: it reads " + schema + ", the bidder encodes " + encoder.schema());
        }
        synchronized (writing) {
            int number = number(arm);
            ArmState state = current.arms().get(number);
            if (!state.arm().hasModel()) {
                throw new IllegalArgumentException("arm " + arm + " is neutral and bids with no model");
            }
            replace(number, state.with(model, current.campaigns().features()));
            return state.model();
        }
    }

    /**
     * Gives an arm new bid modifiers, and what their settings say of how uncertainty is measured.
     *
     * @throws IllegalArgumentException if there is no such arm, or the settings name what this build does not know
     */
    public void withTable(String arm, BidModifierTable table) {
        synchronized (writing) {
            int number = number(arm);
            replace(number, current.arms().get(number).with(table));
        }
    }

    /**
     * Replaces the catalogue. The index, and what the models know of the new ads, is built by the calling thread; bids go on
     * with the old one meanwhile.
     */
    public void withCatalogue(Catalogue catalogue) {
        CampaignIndex index = new CampaignIndex(catalogue, encoder);
        synchronized (writing) {
            List<ArmState> arms = current.arms().stream().map(arm -> arm.with(index.features())).toList();
            current = new BidderSnapshot(current.sequence() + 1, index, arms);
        }
    }

    private int number(String arm) {
        List<ArmState> arms = current.arms();
        for (int i = 0; i < arms.size(); i++) {
            if (arms.get(i).arm().name().equals(arm)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no arm is named " + arm + "; there are "
                + arms.stream().map(state -> state.arm().name()).toList());
    }

    private void replace(int number, ArmState state) {
        List<ArmState> arms = new ArrayList<>(current.arms());
        arms.set(number, state);
        current = new BidderSnapshot(current.sequence() + 1, current.campaigns(), arms);
    }
}
