package io.sextant.model.ctr;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A published model: a directory with {@code weights.safetensors} and {@code model.json}.
 *
 * <p>
 * It is written beside its place, forced to the disk and renamed, so that a reader sees all of it or nothing. Reading
 * checks the sum, every tensor's shape and every number before anything is served.
 *
 * @param description what model.json says
 * @param weights     the numbers
 * @param sha256      SHA-256 over the bytes of model.json and then those of weights.safetensors, in hex
 * @param directory   where it lies
 */
public record ModelArtefact(ModelDescription description, Weights weights, String sha256, Path directory) {

    private static final int FORMAT = 1;
    private static final String MODEL_FILE = "model.json";
    private static final String WEIGHTS_FILE = "weights.safetensors";
    private static final Pattern ARM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final ObjectMapper JSON = JsonMapper.builder().addMixIn(FeatureSchema.class, SchemaMixIn.class)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    /**
     * model.json.
     *
     * @param format        version of this layout
     * @param weightsSha256 SHA-256 of weights.safetensors, in hex
     * @param model         everything else
     */
    record ModelJson(int format, String weightsSha256, ModelDescription model) {}

    /** How a schema is written as JSON. */
    private abstract static class SchemaMixIn {
        @JsonCreator
        @SuppressWarnings("UnusedVariable") // only the signature counts
        SchemaMixIn(@JsonProperty("fields") List<FeatureSchema.Field> fields,
                @JsonProperty("hashSeed") long hashSeed) {}

        @JsonProperty
        abstract List<FeatureSchema.Field> fields();

        @JsonProperty
        abstract long hashSeed();
    }

    /** Where a version of an arm's model lies: {@code <modelsDir>/<arm>/<version, 10 digits>}. */
    public static Path directory(Path modelsDir, String arm, long version) {
        if (!ARM.matcher(arm).matches() || version < 0) {
            throw new IllegalArgumentException("no directory for version " + version + " of arm \"" + arm
                    + "\": versions count from 0, arms are letters, digits, dots, dashes and underscores");
        }
        return modelsDir.resolve(arm).resolve(String.format(Locale.ROOT, "%010d", version));
    }

    /**
     * Writes a version to its directory. A version that lies there already is replaced, unless it is the same.
     *
     * @param modelsDir   directory of all arms' models; made if absent
     * @param description what to write to model.json
     * @param weights     the numbers; must not change while being written
     * @throws ModelArtefactException if a number is not finite or the two disagree; nothing is written then
     * @throws IOException            if the disk does not take it; nothing is left then but a temporary directory
     */
    public static ModelArtefact write(Path modelsDir, ModelDescription description, Weights weights)
            throws IOException {
        Path target = directory(modelsDir, description.arm(), description.version());
        check(target, description, weights);
        Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
        Path temporary = Files.createDirectory(sibling(target));
        try {
            Safetensors.write(temporary.resolve(WEIGHTS_FILE), Map.of("format", "sextant-deepfm"), weights.tensors());
            String weightsSha256 = hex(digest(temporary.resolve(WEIGHTS_FILE), newDigest()));
            byte[] json = JSON.writeValueAsBytes(new ModelJson(FORMAT, weightsSha256, description));
            writeForced(temporary.resolve(MODEL_FILE), json);
            force(temporary);
            String sha256 = sum(temporary);
            if (!Files.exists(target) || !sha256.equals(sum(target))) {
                replace(temporary, target);
            }
            force(parent);
            return new ModelArtefact(description, weights, sha256, target);
        } finally {
            deleteTree(temporary);
        }
    }

    /** A hidden name beside {@code target} that nobody else uses. */
    private static Path sibling(Path target) {
        return target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
    }

    private static void replace(Path temporary, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        // A directory cannot be renamed over another: the old one steps aside first. Whoever reads in between finds
        // nothing and tries again; whoever knows the old sum refuses the new one.
        Path old = Files.createDirectory(sibling(target));
        try {
            Files.move(target, old.resolve("replaced"), StandardCopyOption.ATOMIC_MOVE);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(old);
        }
    }

    /**
     * Reads a version. Batch normalisation, where it has any, is folded into the hidden layers.
     *
     * @param directory what {@link #directory} names
     * @param sha256    the sum it must have, in hex; null to trust the sum in model.json
     * @throws ModelArtefactException if it must not be served; the message names file and tensor
     * @throws IOException            if it cannot be read
     */
    public static ModelArtefact read(Path directory, @Nullable String sha256) throws IOException {
        Path modelFile = directory.resolve(MODEL_FILE);
        Path weightsFile = directory.resolve(WEIGHTS_FILE);
        String actual = sum(directory);
        if (sha256 != null && !sha256.equalsIgnoreCase(actual)) {
            throw new ModelArtefactException(
                    directory + ": SHA-256 of " + MODEL_FILE + " and " + WEIGHTS_FILE + " is " + actual
                            + ", announced was " + sha256);
        }
        ModelJson model = parse(modelFile);
        String weightsSha256 = hex(digest(weightsFile, newDigest()));
        if (!weightsSha256.equals(model.weightsSha256)) {
            throw new ModelArtefactException(weightsFile + ": SHA-256 is " + weightsSha256 + ", " + MODEL_FILE
                    + " says " + model.weightsSha256);
        }
        Weights weights;
        try {
            weights = new Weights(model.model.schema(), model.model.architecture());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ModelArtefactException(modelFile + ": " + e.getMessage(), e);
        }
        try (Safetensors file = Safetensors.open(weightsFile)) {
            read(file, weights);
        }
        check(directory, model.model, weights);
        return new ModelArtefact(model.model, weights, actual, directory);
    }

    /* Artefacts from before there was knowledge of rows have none of its tensors: nothing is known of any row then. */
    private static void read(Safetensors file, Weights weights) throws ModelArtefactException {
        List<NamedTensor> rowKnowledge = weights.rowKnowledge();
        boolean known = rowKnowledge.stream().anyMatch(tensor -> file.has(tensor.name()));
        Set<String> optional = rowKnowledge.stream().map(NamedTensor::name).collect(Collectors.toSet());
        for (NamedTensor tensor : weights.tensors()) {
            if (known || !optional.contains(tensor.name())) {
                file.read(tensor);
            }
        }
        BatchNorm.fold(file, weights);
    }

    private static ModelJson parse(Path file) throws IOException {
        try {
            ModelJson model = JSON.treeToValue(calibrated(JSON.readTree(Files.readAllBytes(file))), ModelJson.class);
            if (model.format != FORMAT) {
                throw new ModelArtefactException(file + ": format is " + model.format + ", this build reads " + FORMAT);
            }
            return model;
        } catch (JsonProcessingException e) {
            throw new ModelArtefactException(file + ": " + e.getOriginalMessage(), e);
        }
    }

    /* Artefacts from before there were calibrations have none: predictions are taken as they are then. */
    private static JsonNode calibrated(JsonNode json) {
        if (json.path("model") instanceof ObjectNode model && !model.has("calibration")) {
            model.set("calibration", JSON.valueToTree(SegmentCalibrations.identity()));
        }
        return json;
    }

    private static void check(Path place, ModelDescription description, Weights weights)
            throws ModelArtefactException {
        if (!weights.schema().equals(description.schema())
                || !weights.architecture().equals(description.architecture())) {
            throw new ModelArtefactException(place + ": weights of " + weights.schema() + ", "
                    + weights.architecture() + " do not belong to " + description);
        }
        if (description.masks() < MaskBank.MASKS_MIN) {
            throw new ModelArtefactException(
                    place + ": masks is " + description.masks() + ", must be at least " + MaskBank.MASKS_MIN);
        }
        if (!(description.ageLambda() >= 0) || Double.isInfinite(description.ageLambda())) {
            throw new ModelArtefactException(place + ": ageLambda is " + description.ageLambda()
                    + ", must be a finite number of at least 0");
        }
        for (NamedTensor tensor : weights.tensors()) {
            float[] values = tensor.data();
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    throw new ModelArtefactException(
                            place + ": tensor " + tensor.name() + " holds " + values[i] + " at element " + i);
                }
            }
        }
        for (int row = 0; row < weights.rowInformation.length; row++) {
            if (weights.rowInformation[row] < 0) {
                throw new ModelArtefactException(place + ": tensor row.information holds "
                        + weights.rowInformation[row] + " at element " + row + ", must be at least 0");
            }
        }
        for (int field = 0; field < weights.rowPriorSd.length; field++) {
            if (weights.rowPriorSd[field] <= 0) {
                throw new ModelArtefactException(place + ": tensor row.prior.sd holds " + weights.rowPriorSd[field]
                        + " at element " + field + ", must be above 0");
            }
        }
    }

    /** What {@link #sha256()} of the artefact in a directory is, without reading more into it. */
    static String sum(Path directory) throws IOException {
        MessageDigest digest = newDigest();
        digest(directory.resolve(MODEL_FILE), digest);
        return hex(digest(directory.resolve(WEIGHTS_FILE), digest));
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static MessageDigest digest(Path file, MessageDigest digest) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] chunk = new byte[1 << 16];
            while (in.read(chunk) >= 0) {
                // Reading is what feeds the digest.
            }
            return digest;
        } catch (NoSuchFileException e) {
            throw new ModelArtefactException(file + ": the file is missing", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void writeForced(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        force(file);
    }

    /** Forces a file, or the names in a directory, to the disk. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
