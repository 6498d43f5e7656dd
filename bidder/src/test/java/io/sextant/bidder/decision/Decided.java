package io.sextant.bidder.decision;

import com.google.protobuf.ByteString;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.TableState;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decision for tests of the directory: event and state belong together, the rest is made up. */
record Decided(BidEvent event, DecisionState state) {
    static final DecisionSettings SETTINGS = DecisionSettings.of("settings: of a test\n");

    /** A decision with a catalogue of this name, a snapshot of this version, and a model if there is one. */
    static Decided of(String request, String catalogue, long snapshotVersion, @Nullable ModelSource model) {
        var table = BidModifierTable.of(UncertaintySnapshot.newBuilder().setArm("uncertainty")
                .setVersion(snapshotVersion)
                .setGain(1).setSettings(ExplorationSettings.newBuilder().setModifierMin(1).setModifierMax(2)).build());
        var event = BidEvent.newBuilder()
                .setBid(BidFacts.newBuilder().setRequestId(request).setArm("uncertainty")
                        .setModelVersion(model == null ? -1 : model.version()))
                .setSettingsId(SETTINGS.id()).setCatalogueSha256(catalogue).setTableState(TableState.TABLE_IN_FORCE)
                .setTableVersion(snapshotVersion).setTableFingerprint(table.fingerprint());
        if (model != null) {
            event.setModelSha256(model.sha256());
        }
        return new Decided(event.build(),
                new DecisionState(
                        new Catalogue(catalogue, List.of(), ByteString.copyFromUtf8("catalogue " + catalogue)),
                        model, table));
    }
}
