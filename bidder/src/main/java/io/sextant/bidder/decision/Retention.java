package io.sextant.bidder.decision;

import io.sextant.model.ctr.ArtefactFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what is too old from a directory of decisions. Cold.
 *
 * <p>
 * A segment goes when its last decision, which its time stamp is of, is older than the retention. Whatever else there is
 * bears the time at which a segment needed it for the first time; it goes when every segment that is left began later than
 * that.
 */
final class Retention {
    /** What is written beside its place begins with this. */
    static final String TEMPORARY = ".new-";
    /** Some file systems keep time stamps to two seconds. */
    private static final long TIME_STAMP_STEP_MS = 2_000;

    private final DecisionDirectory directory;
    private final long retentionMs;

    Retention(DecisionDirectory directory, Duration retention) {
        this.directory = directory;
        this.retentionMs = retention.toMillis();
    }

    /**
     * Deletes what is too old.
     *
     * @param nowMs time, milliseconds since the epoch
     * @param open  the segment that is being written; null if none is
     * @return number of segments and other things that were deleted
     * @throws IOException if the directory cannot be listed, or something cannot be deleted; the rest is
     */
    int sweep(long nowMs, @Nullable Path open) throws IOException {
        long oldestMs = nowMs - retentionMs;
        long firstNeededMs = oldestMs;
        List<Path> old = new ArrayList<>();
        for (Path segment : directory.segments()) {
            if (!segment.equals(open) && stampMs(segment) < oldestMs) {
                old.add(segment);
            } else {
                firstNeededMs = Math.min(firstNeededMs, Objects.requireNonNull(DecisionDirectory.startMs(segment)));
            }
        }
        for (Path kept : kept()) {
            if (stampMs(kept) < firstNeededMs - TIME_STAMP_STEP_MS) {
                old.add(kept);
            }
        }
        deleteAll(old);
        return old.size();
    }

    private static void deleteAll(List<Path> old) throws IOException {
        IOException failure = null;
        for (Path path : old) {
            try {
                ArtefactFiles.deleteTree(path);
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Deletes what a process that was killed had begun to write. */
    void deleteTemporary() throws IOException {
        for (Path kept : kept()) {
            if (kept.getFileName().toString().startsWith(TEMPORARY)) {
                ArtefactFiles.deleteTree(kept);
            }
        }
    }

    private List<Path> kept() throws IOException {
        List<Path> kept = new ArrayList<>();
        for (Path place : List.of(directory.catalogues(), directory.settings(), directory.snapshots(),
                directory.rates())) {
            kept.addAll(children(place));
        }
        for (Path arm : children(directory.models())) {
            kept.addAll(children(arm));
        }
        return kept;
    }

    private static List<Path> children(Path place) throws IOException {
        try (Stream<Path> children = Files.list(place)) {
            return children.toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private static long stampMs(Path path) throws IOException {
        try {
            FileTime stamp = Files.getLastModifiedTime(path);
            return stamp.toMillis();
        } catch (NoSuchFileException _) {
            return Long.MAX_VALUE;
        }
    }
}
