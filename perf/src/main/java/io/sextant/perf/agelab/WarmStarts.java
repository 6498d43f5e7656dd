package io.sextant.perf.agelab;

import io.sextant.model.ctr.ArtefactFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What nets have come to after the warm start, kept in files: all policies of a run start from the same. Each is trained by
 * whoever asks first; a second who asks meanwhile waits.
 *
 * <p>
 * Threading: any.
 */
final class WarmStarts implements AutoCloseable {
    private final Path directory;
    private final Map<Key, Slot> slots = new HashMap<>();

    /** What a start depends on. */
    record Key(NetSettings net, double share, long seed, long events, int members) {}

    private static final class Slot {
        private final Path place;
        private boolean ready;

        Slot(Path place) {
            this.place = place;
        }
    }

    /** Files go to a temporary directory. */
    WarmStarts() throws IOException {
        this.directory = Files.createTempDirectory("agelab");
    }

    /**
     * Where the learner of such a key is saved, trained now if it is not yet.
     *
     * @param priorCtr what nets start from
     * @param lessons  gives a learner all examples, in order
     */
    Path of(Key key, ItemCatalogue catalogue, double priorCtr, Consumer<Learner> lessons) throws IOException {
        Slot slot;
        synchronized (slots) {
            slot = slots.computeIfAbsent(key, _ -> new Slot(directory.resolve(Integer.toString(slots.size()))));
        }
        synchronized (slot) {
            if (!slot.ready) {
                Files.createDirectories(slot.place);
                // Nobody is asked before the end: nothing is published until then.
                try (Learner learner = new Learner(catalogue, key.net.unpublished(), key.members, Learner.Extras.NONE,
                        key.seed, priorCtr)) {
                    lessons.accept(learner);
                    learner.publish();
                    learner.save(slot.place);
                }
                slot.ready = true;
            }
        }
        return slot.place;
    }

    @Override
    public void close() throws IOException {
        ArtefactFiles.deleteTree(directory);
    }
}
