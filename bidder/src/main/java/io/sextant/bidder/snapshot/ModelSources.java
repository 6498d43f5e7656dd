package io.sextant.bidder.snapshot;

import io.sextant.model.ctr.CtrModel;
import java.util.IdentityHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the models in use were loaded from.
 *
 * <p>
 * Threading: {@link #of} is one volatile read and a look-up; the others are for whoever swaps models.
 */
public final class ModelSources {
    private final Consumer<ModelSource> added;
    /** By identity; replaced whole. */
    private volatile IdentityHashMap<CtrModel, ModelSource> sources = new IdentityHashMap<>();

    /**
     * Knows of no model yet.
     *
     * @param added told of every model before it is bid with; must not wait
     */
    public ModelSources(Consumer<ModelSource> added) {
        this.added = added;
    }

    /** Where the model came from; null if nobody said, or for no model. */
    public @Nullable ModelSource of(@Nullable CtrModel model) {
        return model == null ? null : sources.get(model);
    }

    /** Notes where a model came from; to be called before it is bid with. */
    public synchronized void add(CtrModel model, ModelSource source) {
        IdentityHashMap<CtrModel, ModelSource> next = new IdentityHashMap<>(sources);
        next.put(model, source);
        sources = next;
        added.accept(source);
    }

    /** Forgets a model that nobody bids with any more. */
    public synchronized void remove(CtrModel model) {
        IdentityHashMap<CtrModel, ModelSource> next = new IdentityHashMap<>(sources);
        next.remove(model);
        sources = next;
    }
}
