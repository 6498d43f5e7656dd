package io.sextant.bidder.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.CatalogueException;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.bidder.decision.DecisionSettings;
import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.ctr.ArtefactSum;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefactException;
import io.sextant.model.ctr.ModelChain;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.model.ctr.SavedModelCtrModel;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.TableState;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads back what decisions were made with, and makes sure that it is what it was. What cannot be used is looked at once.
 *
 * <p>
 * Threading: for one thread.
 */
final class KeptState {
    private static final String COPY = "copy it there from the directory that the bidder wrote (replay.dir), which keeps it as long as a decision needs it";
    private static final String BUILD = "replay with the build that made the decisions";

    private interface Reader<T> {
        T read(Path place) throws MissingStateException, IOException;
    }

    private final DecisionDirectory directory;
    private final Map<Path, MissingStateException> unusable = new HashMap<>();

    /** Reads from this directory. */
    KeptState(DecisionDirectory directory) {
        this.directory = directory;
    }

    /** The bidder's settings, as far as decisions depend on them. */
    BidderConfig settings(BidEvent event) throws MissingStateException, IOException {
        return once(directory.settings(event), file -> {
            String text = new String(bytes(file, "settings"), StandardCharsets.UTF_8);
            if (!DecisionSettings.of(text).id().equals(event.getSettingsId())) {
                throw changed(file);
            }
            try {
                return new ConfigurationLoader("bidder", Map.of()).load(BidderConfig.class, file, Map.of());
            } catch (ConfigurationException e) {
                throw new MissingStateException(file, "cannot be used by this build (" + e.getMessage() + ")", BUILD);
            }
        });
    }

    /** The catalogue. */
    Catalogue catalogue(BidEvent event, BidderConfig settings) throws MissingStateException, IOException {
        return once(directory.catalogue(event), file -> {
            if (!Files.exists(file)) {
                throw missing(file, "catalogue");
            }
            try {
                Catalogue catalogue = new CatalogueReader(settings.campaigns()).read(file);
                if (!catalogue.sha256().equals(event.getCatalogueSha256())) {
                    throw changed(file);
                }
                return catalogue;
            } catch (CatalogueException e) {
                throw new MissingStateException(file, "cannot be used (" + e.getMessage() + ")", COPY);
            }
        });
    }

    /** The arm's modifier table. */
    BidModifierTable table(BidEvent event) throws MissingStateException, IOException {
        if (event.getTableState() == TableState.TABLE_NONE) {
            return BidModifierTable.none();
        }
        return once(directory.snapshot(event), file -> {
            byte[] bytes = bytes(file, "snapshot");
            BidModifierTable table;
            try {
                table = BidModifierTable.of(UncertaintySnapshot.parseFrom(bytes));
            } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
                throw changed(file);
            }
            if (table.fingerprint() != event.getTableFingerprint()) {
                throw changed(file);
            }
            return table;
        });
    }

    /**
     * The model; the caller closes it.
     *
     * @param take gives it to the arm, and refuses it if it does not fit
     */
    void model(BidEvent event, BidderConfig settings, Consumer<CtrModel> take)
            throws MissingStateException, IOException {
        Path _ = once(directory.model(event), artefact -> {
            if (!Files.isDirectory(artefact)) {
                throw missing(artefact, "model artefact");
            }
            CtrModel model;
            try {
                model = load(artefact, event, settings);
            } catch (ModelArtefactException e) {
                throw new MissingStateException(artefact, "cannot be used (" + e.getMessage() + ")", COPY);
            }
            try {
                take.accept(model);
            } catch (IllegalArgumentException e) {
                model.close();
                throw new MissingStateException(artefact, String.valueOf(e.getMessage()), BUILD);
            }
            return artefact;
        });
    }

    private static CtrModel load(Path artefact, BidEvent event, BidderConfig settings)
            throws MissingStateException, IOException {
        if (!ArtefactSum.isSavedModel(artefact)) {
            return new ModelLoader().build(ModelChain
                    .kept(artefact, event.getBid().getModelVersion(), event.getModelSha256()).read());
        }
        if (!ArtefactSum.of(artefact).equals(event.getModelSha256())) {
            throw changed(artefact);
        }
        return SavedModelCtrModel.load(artefact, event.getBid().getArm(), settings.models().schema(),
                new TensorFlowOptions(settings.models().intraOpThreads(), -1));
    }

    /** Where the model lies. */
    Path modelPath(BidEvent event) {
        return directory.model(event);
    }

    private <T> T once(Path place, Reader<T> reader) throws MissingStateException, IOException {
        MissingStateException known = unusable.get(place);
        if (known != null) {
            throw known;
        }
        try {
            return reader.read(place);
        } catch (MissingStateException e) {
            unusable.put(place, e);
            throw e;
        }
    }

    private static byte[] bytes(Path file, String what) throws MissingStateException, IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            throw missing(file, what);
        }
    }

    private static MissingStateException missing(Path place, String what) {
        return new MissingStateException(place, "the " + what + " is missing", COPY);
    }

    private static MissingStateException changed(Path place) {
        return new MissingStateException(place, "is not what the decision was made with", COPY);
    }
}
