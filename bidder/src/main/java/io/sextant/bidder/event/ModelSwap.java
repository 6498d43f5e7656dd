package io.sextant.bidder.event;

import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.model.ctr.ArtefactSum;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelArtefactException;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models and puts them in place while bidding goes on. A model that cannot be served is refused, and the old one
 * stays. Of an arm there are never more than two in memory: no model is loaded while a loop may still use one from before
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
        /** In place. */
        LOADED,
        /** In place already. */
        KNOWN,
        /** Not to be served, or not to be read. */
        REFUSED
    }

    private record Loaded(CtrModel model, String sha256) {}

    private final SnapshotHolder holder;
    private final ModelLoader loader;
    private final EventLoops loops;
    private final ModelSources sources;
    private final long letGoMs;
    /** Models that have been replaced and that a loop may still use. */
    private final List<CtrModel> unfreed = new ArrayList<>();
    /** Arms whose model no announcement replaces. */
    private final Set<String> fixed = ConcurrentHashMap.newKeySet();

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
     * @param sha256    its sum, see {@link ArtefactSum}
     * @throws IllegalArgumentException if there is no such arm, or the model reads other features; it is closed then
     * @throws InterruptedException     if the thread is interrupted
     */
    public void fix(String arm, CtrModel model, Path directory, String sha256) throws InterruptedException {
        put(arm, new Loaded(model, sha256), directory);
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
        if (state.modelVersion() == announced.getVersion()) {
            return Result.KNOWN;
        }
        if (!free()) {
            LOG.error("model {} of arm {} is refused, version {} stays: an event loop hangs on a model from before it",
                    announced.getVersion(), announced.getArm(), state.modelVersion());
            return Result.REFUSED;
        }
        try {
            Path directory = ModelLocation.directory(announced.getLocation());
            Loaded loaded = load(directory, announced.getSha256().isEmpty() ? null : announced.getSha256());
            CtrModel model = loaded.model();
            if (model.description().version() != announced.getVersion()
                    || model.description().schema().fingerprint() != announced.getSchemaFingerprint()) {
                model.close();
                throw new ModelArtefactException(directory + ": version or schema is not what was announced");
            }
            put(announced.getArm(), loaded, directory);
            return Result.LOADED;
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("model {} of arm {} is refused, version {} stays: {}", announced.getVersion(),
                    announced.getArm(), state.modelVersion(), e.getMessage());
            return Result.REFUSED;
        }
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
            if (fixed.contains(arm)) {
                continue;
            }
            for (Path directory : versions(config, arm)) {
                try {
                    put(arm, load(directory, null), directory);
                    break;
                } catch (IOException | IllegalArgumentException e) {
                    LOG.warn("{} is passed over: {}", directory, e.getMessage());
                }
            }
        }
    }

    private void put(String arm, Loaded loaded, Path directory) throws InterruptedException {
        CtrModel model = loaded.model();
        CtrModel old;
        try {
            sources.add(model, new ModelSource(arm, model.description().version(), loaded.sha256(), directory));
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
    private Loaded load(Path directory, @Nullable String sha256) throws IOException, InterruptedException {
        for (int attempt = 1;; attempt++) {
            try {
                String sum = sha256 == null ? ArtefactSum.of(directory) : sha256;
                return new Loaded(loader.load(directory, sum), sum);
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

    /** The arm's artefacts, the newest first. */
    private static List<Path> versions(ModelsConfig config, String arm) {
        Path highest = ModelArtefact.directory(config.directory(), arm,
                config.bootstrapVersion() < 0 ? 9_999_999_999L : config.bootstrapVersion());
        List<Path> versions = new ArrayList<>();
        try (Stream<Path> children = Files.list(config.directory().resolve(arm))) {
            children.filter(child -> child.getFileName().toString().matches("\\d{10}"))
                    .filter(child -> child.compareTo(highest) <= 0).sorted(Comparator.reverseOrder())
                    .forEach(versions::add);
        } catch (IOException _) {
            LOG.info("arm {} has no model in {} yet and waits for one", arm, config.directory());
        }
        return versions;
    }
}
