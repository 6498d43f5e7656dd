package io.sextant.model.ctr;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** Tells what lies in a model's directory apart from anything else that could lie there. Cold. */
public final class ArtefactSum {
    private static final String SAVED_MODEL = "saved_model.pb";

    private ArtefactSum() {}

    /** Whether the directory holds a TensorFlow SavedModel, and not an artefact of ours. */
    public static boolean isSavedModel(Path directory) {
        return Files.exists(directory.resolve(SAVED_MODEL));
    }

    /**
     * {@link ModelArtefact#sha256()} of an artefact of ours; of a SavedModel the SHA-256 over names and bytes of all files.
     *
     * @return lower-case hex
     * @throws IOException if it cannot be read
     */
    public static String of(Path directory) throws IOException {
        return isSavedModel(directory) ? ofTree(directory) : ModelArtefact.sum(directory);
    }

    private static String ofTree(Path directory) throws IOException {
        MessageDigest digest = ArtefactFiles.newDigest();
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                byte[] name = directory.relativize(file).toString().getBytes(StandardCharsets.UTF_8);
                digest.update((name.length + ":" + Files.size(file) + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(name);
                ArtefactFiles.digest(file, digest);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return ArtefactFiles.hex(digest);
    }
}
