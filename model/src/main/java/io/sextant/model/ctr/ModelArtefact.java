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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * @param directory   where it lies; of a version that was reached by deltas, the last of them
 */
public record ModelArtefact(ModelDescription description, Weights weights, String sha256, Path directory) {

    private static final int FORMAT = 1;
    static final String MODEL_FILE = "model.json";
    private static final String WEIGHTS_FILE = "weights.safetensors";
    private static final Map<String, String> METADATA = Map.of("format", "sextant-deepfm");
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
        String[] sha256 = new String[1];
        ArtefactFiles.replace(target, temporary -> {
            Path weightsFile = temporary.resolve(WEIGHTS_FILE);
            Safetensors.write(weightsFile, METADATA, weights.tensors());
            ArtefactFiles.writeForced(temporary.resolve(MODEL_FILE), json(ArtefactFiles.sum(weightsFile), description));
            sha256[0] = sum(temporary);
        }, ModelArtefact::sum);
        return new ModelArtefact(description, weights, sha256[0], target);
    }

    /** model.json of a state with these weights. */
    static byte[] json(String weightsSha256, ModelDescription description) throws IOException {
        return JSON.writeValueAsBytes(new ModelJson(FORMAT, weightsSha256, description));
    }

    /** SHA-256, in hex, of what weights.safetensors would be; nothing is written. */
    static String weightsSha256(Weights weights) throws IOException {
        MessageDigest digest = ArtefactFiles.newDigest();
        Safetensors.write(new DigestChannel(digest), METADATA, null, weights.tensors());
        return ArtefactFiles.hex(digest);
    }

    /**
     * What {@link #sha256()} of the artefact with these files would be; nothing is written.
     *
     * @param json model.json
     * @throws ModelArtefactException if model.json is of other weights
     */
    static String sum(Path place, byte[] json, Weights weights) throws IOException {
        MessageDigest ofWeights = ArtefactFiles.newDigest();
        MessageDigest ofBoth = ArtefactFiles.newDigest();
        ofBoth.update(json);
        Safetensors.write(new DigestChannel(ofWeights, ofBoth), METADATA, null, weights.tensors());
        String weightsSha256 = ArtefactFiles.hex(ofWeights);
        String expected = parse(place.resolve(MODEL_FILE), json).weightsSha256;
        if (!weightsSha256.equals(expected)) {
            throw new ModelArtefactException(place + ": SHA-256 of the weights that result is " + weightsSha256 + ", "
                    + MODEL_FILE + " says " + expected);
        }
        return ArtefactFiles.hex(ofBoth);
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
        ModelJson model = parse(modelFile, Files.readAllBytes(modelFile));
        String weightsSha256 = ArtefactFiles.sum(weightsFile);
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
        weights.readProcess(file);
        for (NamedTensor tensor : weights.tensors()) {
            if (known || !optional.contains(tensor.name())) {
                file.read(tensor);
            }
        }
        BatchNorm.fold(file, weights);
    }

    static ModelJson parse(Path file, byte[] json) throws IOException {
        try {
            ModelJson model = JSON.treeToValue(calibrated(JSON.readTree(json)), ModelJson.class);
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

    /** Refuses what must not be served. */
    static void check(Path place, ModelDescription description, Weights weights)
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
        return ArtefactFiles.sum(directory.resolve(MODEL_FILE), directory.resolve(WEIGHTS_FILE));
    }
}
