package io.sextant.bidder.decision;

import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.ArtefactSum;
import io.sextant.model.ctr.ModelArtefactException;
import io.sextant.model.ctr.ModelChain;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.TableState;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Keeps what decisions were made with, each thing once, written beside its place and renamed. Cold.
 *
 * <p>
 * Threading: owned by the writer's thread.
 */
final class StateKeeper {
    private final DecisionDirectory directory;
    private final DecisionSettings settings;
    private final InstantSource clock;
    /** What the open segment is known to need; it is there and its time stamp is not older than the segment. */
    private final Set<Path> needed = new HashSet<>();
    private long segmentMs = Long.MIN_VALUE;

    private interface Content {
        /** Writes to a path where nothing is yet. */
        void write(Path path) throws IOException;
    }

    StateKeeper(DecisionDirectory directory, DecisionSettings settings, InstantSource clock) {
        this.directory = directory;
        this.settings = settings;
        this.clock = clock;
    }

    /** A new segment needs everything anew. */
    void newSegment(long startMs) {
        needed.clear();
        segmentMs = startMs;
    }

    /**
     * Keeps all that a decision was made with.
     *
     * @throws StateGoneException if some of it is not to be had any more
     * @throws IOException        if the disk does not take it
     */
    void keep(BidEvent event, DecisionState state) throws IOException {
        keep(directory.settings(settings.id()),
                path -> Files.writeString(path, settings.text(), StandardCharsets.UTF_8));
        keep(directory.catalogue(event), path -> {
            if (state.catalogue().source().isEmpty()) {
                throw new StateGoneException("catalogue " + event.getCatalogueSha256() + " was read without its bytes");
            }
            Files.write(path, state.catalogue().source().toByteArray());
        });
        UncertaintySnapshot snapshot = state.table().snapshot();
        if (event.getTableState() != TableState.TABLE_NONE && snapshot != null) {
            keep(directory.snapshot(event), path -> Files.write(path, snapshot.toByteArray()));
        }
        if (event.getRatesFingerprint() != 0) {
            keep(directory.rates(event),
                    path -> Files.writeString(path, state.rates().text(), StandardCharsets.UTF_8));
        }
        if (event.getBid().getModelVersion() >= 0) {
            ModelSource model = state.model();
            if (model == null) {
                throw new StateGoneException("nobody knows where model " + event.getBid().getModelVersion()
                        + " of arm " + event.getBid().getArm() + " was loaded from");
            }
            keep(model);
        }
    }

    /**
     * Keeps an artefact, or an artefact and the deltas behind it.
     *
     * @throws StateGoneException if it has been deleted or replaced
     * @throws IOException        if the disk does not take it
     */
    void keep(ModelSource model) throws IOException {
        keep(directory.model(model.arm(), model.version(), model.sha256()), path -> {
            ModelChain chain = model.chain();
            // A full artefact lies there by itself, a chain with each part in a directory of its own.
            ModelChain copy = chain.deltas().isEmpty() ? ModelChain.of(model.version(), path, model.sha256())
                    : chain.movedTo(path);
            for (int i = 0; i < chain.steps().size(); i++) {
                Path part = chain.steps().get(i).directory();
                try {
                    linkOrCopy(part, copy.steps().get(i).directory());
                } catch (NoSuchFileException e) {
                    throw new StateGoneException(part + " has been deleted", e);
                }
            }
            try {
                copy.requireSums();
            } catch (ModelArtefactException e) {
                throw new StateGoneException(chain.steps().getLast().directory()
                        + " has been replaced by another artefact", e);
            }
        });
    }

    private void keep(Path target, Content content) throws IOException {
        if (needed.contains(target)) {
            return;
        }
        if (!Files.exists(target)) {
            Path parent = Files.createDirectories(target.getParent());
            Path temporary = parent.resolve(Retention.TEMPORARY + UUID.randomUUID());
            try {
                content.write(temporary);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                ArtefactFiles.deleteTree(temporary);
            }
        }
        // Never before the segment's beginning, even if the clock is set back.
        Files.setLastModifiedTime(target, FileTime.fromMillis(Math.max(clock.millis(), segmentMs)));
        needed.add(target);
    }

    /**
     * The files of an artefact of ours are never changed in place, so links are as good as copies and take no room. What
     * somebody else does to a SavedModel nobody knows.
     */
    private static void linkOrCopy(Path source, Path target) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(source)) {
            files = walk.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        boolean link = !ArtefactSum.isSavedModel(source);
        for (Path file : files) {
            Path place = target.resolve(source.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(place);
                continue;
            }
            if (!link || !linked(place, file)) {
                Files.copy(file, place);
            }
        }
    }

    /** Not across disks, nor on a file system without links. */
    private static boolean linked(Path place, Path file) throws IOException {
        try {
            Files.createLink(place, file);
            return true;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException _) {
            return false;
        }
    }
}
