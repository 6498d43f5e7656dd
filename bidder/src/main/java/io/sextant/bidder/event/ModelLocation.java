package io.sextant.bidder.event;

import io.sextant.model.ctr.ModelArtefactException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;

/** Reads where an announced artefact lies. */
final class ModelLocation {
    private ModelLocation() {}

    /**
     * The directory of a {@code file:} URI, or of a plain path.
     *
     * @throws ModelArtefactException if it is neither
     */
    static Path directory(String location) throws ModelArtefactException {
        try {
            return location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new ModelArtefactException("location " + location + " is neither a file: URI nor a path", e);
        }
    }
}
