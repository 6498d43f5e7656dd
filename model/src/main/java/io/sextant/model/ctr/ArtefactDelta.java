package io.sextant.model.ctr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What changed from one version of a model to the next: a directory with {@code delta.safetensors}, which holds whole rows of
 * the tables and everything that is no table, and {@code model.json}, which is that of the state that results. It is written
 * as {@link ModelArtefact} is: a reader sees all of it or nothing.
 */
public final class ArtefactDelta {
    private static final String DELTA_FILE = "delta.safetensors";
    private static final String ROWS = "rows";
    private static final String PARENT = "parent-sha256";

    private ArtefactDelta() {}

    /**
     * A delta on disk.
     *
     * @param result    the state that results; its sum is that of the full artefact
     * @param directory where it lies
     * @param sha256    SHA-256, in hex, over model.json and then delta.safetensors
     * @param bytes     length of the two files
     */
    public record Written(ModelArtefact result, Path directory, String sha256, long bytes) {}

    /** Where the delta that leads to a version lies: {@code <modelsDir>/<arm>/<version, 10 digits>-delta}. */
    public static Path directory(Path modelsDir, String arm, long version) {
        Path full = ModelArtefact.directory(modelsDir, arm, version);
        return full.resolveSibling(full.getFileName() + ModelChain.DELTA_SUFFIX);
    }

    /**
     * Writes what leads from one version to the next. A delta that lies there already is replaced, unless it is the same.
     *
     * @param modelsDir   directory of all arms' models
     * @param parent      the version before
     * @param description of the new version; its parent is {@code parent}
     * @param weights     the new version's; must not change any more
     * @param changes     between the two
     * @throws ModelArtefactException if a number is not finite or the two disagree; nothing is written then
     * @throws IOException            if the disk does not take it; nothing is left then but a temporary directory
     */
    public static Written write(Path modelsDir, ModelArtefact parent, ModelDescription description, Weights weights,
            RowChanges changes) throws IOException {
        Path target = directory(modelsDir, description.arm(), description.version());
        ModelArtefact.check(target, description, weights);
        if (description.parentVersion() != parent.description().version()) {
            throw new ModelArtefactException(target + ": version " + description.version() + " goes on from "
                    + description.parentVersion() + ", the delta is taken from " + parent.description().version());
        }
        byte[] json = ModelArtefact.json(ModelArtefact.weightsSha256(weights), description);
        String state = ModelArtefact.sum(target, json, weights);
        List<NamedTensor> tensors = new ArrayList<>(changes.gather(weights));
        tensors.addAll(net(weights));
        ArtefactFiles.replace(target, temporary -> {
            Safetensors.write(temporary.resolve(DELTA_FILE),
                    Map.of(PARENT, parent.sha256()), new RowNumbers(ROWS, changes.rows()), tensors);
            ArtefactFiles.writeForced(temporary.resolve(ModelArtefact.MODEL_FILE), json);
        }, ArtefactDelta::sum);
        long bytes = json.length + Files.size(target.resolve(DELTA_FILE));
        return new Written(new ModelArtefact(description, weights, state, target), target, sum(target), bytes);
    }

    /** What is no table; shared with the weights. */
    private static List<NamedTensor> net(Weights weights) {
        List<NamedTensor> tensors = new ArrayList<>(weights.net());
        tensors.add(weights.rowKnowledge().getLast());
        tensors.addAll(weights.processTensors());
        return tensors;
    }

    /** SHA-256, in hex, over the two files. */
    static String sum(Path directory) throws IOException {
        return ArtefactFiles.sum(directory.resolve(ModelArtefact.MODEL_FILE), directory.resolve(DELTA_FILE));
    }

    /**
     * Changes weights to those of the version that a delta leads to. What is thrown leaves them half changed.
     *
     * @param directory what {@link #directory} names
     * @param sha256    the delta's sum; null to trust what it holds
     * @param parent    version that {@code weights} are of
     * @param weights   overwritten
     * @return what the new version says of itself, and its model.json
     * @throws ModelArtefactException if the delta is damaged or leads from another version; the message names the file
     * @throws IOException            if it cannot be read
     */
    static Applied apply(Path directory, @Nullable String sha256, long parent, Weights weights) throws IOException {
        String actual = sum(directory);
        if (sha256 != null && !sha256.equalsIgnoreCase(actual)) {
            throw new ModelArtefactException(directory + ": SHA-256 of the delta is " + actual + ", announced was "
                    + sha256);
        }
        byte[] json = read(directory.resolve(ModelArtefact.MODEL_FILE));
        ModelDescription description = ModelArtefact.parse(directory.resolve(ModelArtefact.MODEL_FILE), json).model();
        try (Safetensors file = Safetensors.open(directory.resolve(DELTA_FILE))) {
            apply(directory, description, file, parent, weights);
        }
        return new Applied(description, json);
    }

    /**
     * What a state that was reached says of itself.
     *
     * @param json model.json
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Applied(ModelDescription description, byte[] json) {}

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ModelArtefactException(file + ": the file is missing", e);
        }
    }

    private static void apply(Path directory, ModelDescription description, Safetensors file, long parent,
            Weights weights) throws IOException {
        if (description.parentVersion() != parent) {
            throw new ModelArtefactException(directory + ": leads from version " + description.parentVersion() + " to "
                    + description.version() + ", but what there is is version " + parent);
        }
        if (!description.schema().equals(weights.schema())
                || !description.architecture().equals(weights.architecture())) {
            throw new ModelArtefactException(directory + ": leads to " + description.schema() + ", "
                    + description.architecture() + ", but what there is is of " + weights.schema() + ", "
                    + weights.architecture());
        }
        int[] rows = file.rows(ROWS).rows();
        int last = -1;
        for (int row : rows) {
            if (row <= last || row >= weights.schema().rows()) {
                throw new ModelArtefactException(file + ": row " + row + " after row " + last + " of "
                        + weights.schema().rows() + "; rows must rise");
            }
            last = row;
        }
        List<NamedTensor> values = RowChanges.empty(rows.length, weights);
        for (NamedTensor tensor : values) {
            file.read(tensor);
        }
        weights.readProcess(file);
        for (NamedTensor tensor : net(weights)) {
            file.read(tensor);
        }
        RowChanges.scatter(rows, values, weights);
    }
}
