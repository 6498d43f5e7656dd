package io.sextant.bidder.event;

import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelArtefactException;
import io.sextant.model.ctr.ModelChain;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models and puts them in place while bidding goes on. A model that cannot be served is refused, and the old one
 * stays. What is bid with is brought on by deltas, in a copy, where an announcement has them. Of an arm there are never
 * more than two models in memory: no model is loaded while a loop may still use one from before
 * the current one.
 *
 * <p>
 * Threading: one thread at a time, never an event loop.
 */
public final class ModelSwap {
    private static final Logger LOG = LoggerFactory.getLogger(ModelSwap.class);
    /** A loop that has not come round by then hangs; the old model is kept rather than freed under it. */
    private static final long LET_GO_MS = 10_000;
    private static final int READ_ATTEMPTS = 3;
    private static final long READ_PAUSE_MS = 200;

    /** What became of a model. */
    public enum Result {
        /** In place, read whole: nothing was bid with, or the fleet has a new full artefact. */
        LOADED,
        /** In place: what is bid with was brought on by deltas. */
        PATCHED,
        /** In place, read whole, since no delta goes on from what was bid with. */
        LOADED_FOR_GAP,
        /** In place, read whole, since a delta could not be read or led to another sum than announced. */
        LOADED_FOR_DELTA,
        /** In place already. */
        KNOWN,
        /** Not to be served, or not to be read. */
        REFUSED
    }

    private record Loaded(CtrModel model, ModelSource source) {}

    private record Reached(ModelArtefact artefact, Result how) {}

    private final SnapshotHolder holder;
    private final ModelLoader loader;
    private final EventLoops loops;
    private final ModelSources sources;
    private final long letGoMs;
    /** Models that have been replaced and that a loop may still use. */
    private final List<CtrModel> unfreed = new ArrayList<>();
    /** Arms whose model no announcement replaces. */
    private final Set<String> fixed = ConcurrentHashMap.newKeySet();
    /** By arm: what is bid with, for deltas to go on from. Its tables are the model's own. */
    private final Map<String, ModelArtefact> served = new HashMap<>();

    /**
     * Makes one.
     *
     * @param sources is told where each model came from
     */
    public ModelSwap(SnapshotHolder holder, ModelLoader loader, EventLoops loops, ModelSources sources) {
        this(holder, loader, loops, sources, LET_GO_MS);
    }

    /** Makes one that waits so long for loops. */
    ModelSwap(SnapshotHolder holder, ModelLoader loader, EventLoops loops, ModelSources sources, long letGoMs) {
        this.letGoMs = letGoMs;
        this.holder = holder;
        this.loader = loader;
        this.loops = loops;
        this.sources = sources;
    }

    /**
     * Gives an arm a model that stays: whatever is announced for the arm from now on is passed over.
     *
     * @param directory where it was loaded from
     * @param sha256    its sum, see {@code ArtefactSum}
     * @throws IllegalArgumentException if there is no such arm, or the model reads other features; it is closed then
     * @throws InterruptedException     if the thread is interrupted
     */
    public void fix(String arm, CtrModel model, Path directory, String sha256) throws InterruptedException {
        put(arm, new Loaded(model, new ModelSource(arm, model.description().version(), sha256, directory)));
        fixed.add(arm);
    }

    /**
     * Follows an announcement.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    public Result follow(ModelSnapshot announced) throws InterruptedException {
        ArmState state = state(announced.getArm());
        if (state == null) {
            LOG.warn("model {} of arm {} is passed over: there is no such arm here", announced.getVersion(),
                    announced.getArm());
            return Result.REFUSED;
        }
        if (fixed.contains(announced.getArm())) {
            LOG.warn("model {} of arm {} is passed over: the arm bids with a SavedModel; the trainer need not train it",
                    announced.getVersion(), announced.getArm());
            return Result.KNOWN;
        }
        if (!state.arm().hasModel()) {
            LOG.warn(
                    "model {} of arm {} is passed over: the arm is neutral and bids with none; the trainer need not train it",
                    announced.getVersion(), announced.getArm());
            return Result.KNOWN;
        }
        if (isServed(announced)) {
            return Result.KNOWN;
        }
        if (!free()) {
            LOG.error("model {} of arm {} is refused, version {} stays: an event loop hangs on a model from before it",
                    announced.getVersion(), announced.getArm(), state.modelVersion());
            return Result.REFUSED;
        }
        try {
            ModelChain chain = ModelChain.of(announced);
            Reached reached = reach(announced.getArm(), chain);
            ModelArtefact artefact = reached.artefact();
            if (artefact.description().version() != announced.getVersion()
                    || artefact.description().schema().fingerprint() != announced.getSchemaFingerprint()) {
                throw new ModelArtefactException(
                        artefact.directory() + ": version or schema is not what was announced");
            }
            put(announced.getArm(), chain, artefact);
            return reached.how();
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("model {} of arm {} is refused, version {} stays: {}", announced.getVersion(),
                    announced.getArm(), state.modelVersion(), e.getMessage());
            return Result.REFUSED;
        }
    }

    /* A version that was written but never announced may have been loaded at start, and another one announced since. */
    private boolean isServed(ModelSnapshot announced) {
        ModelArtefact have = served.get(announced.getArm());
        int deltas = announced.getDeltaCount();
        String sum = deltas == 0 ? announced.getSha256() : announced.getDelta(deltas - 1).getStateSha256();
        return have != null && have.description().version() == announced.getVersion()
                && (sum.isEmpty() || sum.equalsIgnoreCase(have.sha256()));
    }

    /* By deltas where they lead on from what is bid with, else whole. */
    private Reached reach(String arm, ModelChain chain) throws IOException, InterruptedException {
        ModelArtefact have = served.get(arm);
        if (have == null || chain.deltas().isEmpty()) {
            return new Reached(read(chain), Result.LOADED);
        }
        try {
            Optional<ModelArtefact> patched = chain.continueFrom(have);
            if (patched.isPresent()) {
                return new Reached(patched.get(), Result.PATCHED);
            }
        } catch (IOException e) {
            LOG.warn("arm {}: the deltas to version {} cannot be used, it is read whole: {}", arm, chain.version(),
                    e.getMessage());
            return new Reached(read(chain), Result.LOADED_FOR_DELTA);
        }
        return new Reached(read(chain), Result.LOADED_FOR_GAP);
    }

    /**
     * Loads the newest model of every arm that can be served, without waiting for an announcement; but not of an arm whose
     * model is fixed.
     *
     * @param config where they lie, and up to which version
     * @throws InterruptedException if the thread is interrupted
     */
    public void loadNewest(ModelsConfig config) throws InterruptedException {
        for (ArmState state : holder.current().arms()) {
            String arm = state.arm().name();
            if (fixed.contains(arm) || !state.arm().hasModel()) {
                continue;
            }
            for (ModelChain chain : versions(config, arm)) {
                try {
                    put(arm, chain, read(chain));
                    break;
                } catch (IOException | IllegalArgumentException e) {
                    LOG.warn("arm {}: version {} is passed over: {}", arm, chain.version(), e.getMessage());
                }
            }
        }
    }

    private void put(String arm, ModelChain chain, ModelArtefact artefact) throws InterruptedException {
        var source = new ModelSource(arm, artefact.description().version(), artefact.sha256(), chain);
        put(arm, new Loaded(loader.build(artefact), source));
        served.put(arm, artefact);
    }

    private void put(String arm, Loaded loaded) throws InterruptedException {
        CtrModel model = loaded.model();
        CtrModel old;
        try {
            sources.add(model, loaded.source());
            old = holder.withModel(arm, model);
        } catch (IllegalArgumentException e) {
            sources.remove(model);
            model.close();
            throw e;
        }
        LOG.info("arm {} bids with model {}", arm, model.description().version());
        if (old == null) {
            return;
        }
        unfreed.add(old);
        if (!free()) {
            LOG.error("an event loop hangs: model {} of arm {} is not freed", old.description().version(), arm);
        }
    }

    /** Frees what has been replaced; false if a loop may still use it. */
    private boolean free() throws InterruptedException {
        if (unfreed.isEmpty()) {
            return true;
        }
        if (!loops.awaitLetGo(letGoMs)) {
            return false;
        }
        for (CtrModel old : unfreed) {
            sources.remove(old);
            old.close();
        }
        unfreed.clear();
        return true;
    }

    /** A directory may be replaced while it is read, or be late on a network disk. */
    private static ModelArtefact read(ModelChain chain) throws IOException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            try {
                return chain.read();
            } catch (ModelArtefactException e) {
                throw e;
            } catch (IOException e) {
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
                Thread.sleep(READ_PAUSE_MS);
            }
        }
    }

    private @Nullable ArmState state(String arm) {
        for (ArmState state : holder.current().arms()) {
            if (state.arm().name().equals(arm)) {
                return state;
            }
        }
        return null;
    }

    /** The arm's versions, the newest first. */
    private static List<ModelChain> versions(ModelsConfig config, String arm) {
        try {
            return ModelChain.in(config.directory().resolve(arm)).stream()
                    .filter(chain -> config.bootstrapVersion() < 0 || chain.version() <= config.bootstrapVersion())
                    .toList();
        } catch (IOException _) {
            LOG.info("arm {} has no model in {} yet and waits for one", arm, config.directory());
            return List.of();
        }
    }
}
