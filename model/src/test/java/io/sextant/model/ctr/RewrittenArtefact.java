package io.sextant.model.ctr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Artefacts that no trainer of ours wrote. */
final class RewrittenArtefact {
    private RewrittenArtefact() {}

    /** Writes an artefact's weights anew as somebody else's tool might have: sums fit, tensors differ. */
    static void rewrite(ModelArtefact artefact, Consumer<List<NamedTensor>> change,
            Map<String, String> metadata) throws IOException {
        List<NamedTensor> tensors = new ArrayList<>(artefact.weights().tensors());
        change.accept(tensors);
        Path file = artefact.directory().resolve("weights.safetensors");
        Path json = artefact.directory().resolve("model.json");
        String before = sha256(file);
        Files.delete(file);
        Safetensors.write(file, metadata, tensors);
        Files.writeString(json, Files.readString(json).replace(before, sha256(file)));
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
