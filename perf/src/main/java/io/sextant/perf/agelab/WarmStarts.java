package io.sextant.perf.agelab;

import io.sextant.perf.BenchFiles;
import io.sextant.perf.agelab.world.NewsWorld;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

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

    /** Where the learner of such a key is saved, trained now if it is not yet. */
    Path of(Key key, NewsWorld world, ItemCatalogue catalogue) throws IOException {
        Slot slot;
        synchronized (slots) {
            slot = slots.computeIfAbsent(key, _ -> new Slot(directory.resolve(Integer.toString(slots.size()))));
        }
        synchronized (slot) {
            if (!slot.ready) {
                Files.createDirectories(slot.place);
                train(key, world, catalogue, slot.place);
                slot.ready = true;
            }
        }
        return slot.place;
    }

    private static void train(Key key, NewsWorld world, ItemCatalogue catalogue, Path place) throws IOException {
        // Nobody is asked before the end: nothing is published until then.
        NetSettings quiet = key.net.unpublished();
        try (Learner learner = new Learner(catalogue, quiet, key.members, Learner.Extras.NONE, key.seed,
                world.config().ctr())) {
            int[] rows = new int[catalogue.schema().requestFields()];
            Round round = world.newRound();
            for (int pass = 0; pass < key.net.passes(); pass++) {
                for (long event = 0; event < key.events; event++) {
                    world.draw(event, round);
                    learner.request(round, rows);
                    learner.learn(rows, round.candidates[round.shown], round.clicked);
                }
            }
            learner.publish();
            learner.save(place);
        }
    }

    @Override
    public void close() throws IOException {
        BenchFiles.delete(directory);
    }
}
