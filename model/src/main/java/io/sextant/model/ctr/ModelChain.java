package io.sextant.model.ctr;

import io.sextant.protocol.snapshot.ModelDelta;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How to come to a version of a model: a full artefact and the deltas behind it, in order. Nobody sees a state between two
 * versions: whatever is wrong on the way, the whole is refused.
 *
 * <p>
 * Immutable and thread-safe. Reading is cold.
 *
 * @param full   the full artefact
 * @param deltas what follows it
 */
public record ModelChain(Step full, List<Step> deltas) {
    /** What a delta's directory ends with. */
    static final String DELTA_SUFFIX = "-delta";
    private static final Pattern NAME = Pattern.compile("(\\d{10,18})(" + DELTA_SUFFIX + ")?");

    /**
     * A version on the way.
     *
     * @param version     the version that is reached
     * @param directory   where artefact or delta lie
     * @param sha256      the sum of what lies there, in hex; null to trust what it says of itself
     * @param stateSha256 the sum of the full artefact of this version, in hex; null to trust
     */
    public record Step(long version, Path directory, @Nullable String sha256, @Nullable String stateSha256) {}

    public ModelChain {
        deltas = List.copyOf(deltas);
    }

    /** A full artefact alone. */
    public static ModelChain of(long version, Path directory, @Nullable String sha256) {
        return new ModelChain(new Step(version, directory, sha256, sha256), List.of());
    }

    /**
     * What an announcement says.
     *
     * @throws ModelArtefactException if a location is neither a {@code file:} URI nor a path, or the deltas do not lead to
     *                                the announced version
     */
    public static ModelChain of(ModelSnapshot announced) throws ModelArtefactException {
        boolean whole = announced.getDeltaCount() == 0;
        Step full = new Step(whole ? announced.getVersion() : announced.getFullVersion(),
                path(announced.getLocation()), emptyToNull(announced.getSha256()), emptyToNull(announced.getSha256()));
        List<Step> deltas = new ArrayList<>();
        long version = full.version;
        for (ModelDelta delta : announced.getDeltaList()) {
            if (delta.getParentVersion() != version) {
                throw new ModelArtefactException("version " + announced.getVersion() + " of arm " + announced.getArm()
                        + " is announced with a delta from " + delta.getParentVersion() + " to " + delta.getVersion()
                        + " where one from " + version + " is needed");
            }
            version = delta.getVersion();
            deltas.add(new Step(version, path(delta.getLocation()), emptyToNull(delta.getSha256()),
                    emptyToNull(delta.getStateSha256())));
        }
        if (version != announced.getVersion()) {
            throw new ModelArtefactException("version " + announced.getVersion() + " of arm " + announced.getArm()
                    + " is announced with what leads to " + version);
        }
        return new ModelChain(full, deltas);
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Path path(String location) throws ModelArtefactException {
        try {
            return location.startsWith("file:") ? Path.of(URI.create(location)) : Path.of(location);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new ModelArtefactException("location " + location + " is neither a file: URI nor a path", e);
        }
    }

    /**
     * The versions that can be reached with what lies in an arm's directory, the newest first. Nothing of it is read yet.
     *
     * @param directory {@code <modelsDir>/<arm>}
     * @throws IOException if it cannot be listed
     */
    public static List<ModelChain> in(Path directory) throws IOException {
        var fulls = new TreeMap<Long, Path>();
        var deltas = new TreeMap<Long, Path>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    (name.group(2) == null ? fulls : deltas).put(Long.parseLong(name.group(1)), entry);
                }
            }
        }
        List<ModelChain> chains = new ArrayList<>();
        var versions = new TreeMap<Long, Path>(deltas);
        versions.putAll(fulls);
        for (long version : versions.descendingKeySet()) {
            chain(version, fulls, deltas).ifPresent(chains::add);
        }
        return chains;
    }

    private static Optional<ModelChain> chain(long version, TreeMap<Long, Path> fulls, TreeMap<Long, Path> deltas) {
        var start = fulls.floorEntry(version);
        if (start == null) {
            return Optional.empty();
        }
        List<Step> steps = new ArrayList<>();
        for (long next = start.getKey() + 1; next <= version; next++) {
            Path delta = deltas.get(next);
            if (delta == null) {
                return Optional.empty();
            }
            steps.add(new Step(next, delta, null, null));
        }
        return Optional.of(new ModelChain(new Step(start.getKey(), start.getValue(), null, null), steps));
    }

    /** The version that it leads to. */
    public long version() {
        return last().version;
    }

    /** Every step, the full artefact first. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(full);
        steps.addAll(deltas);
        return steps;
    }

    private Step last() {
        return deltas.isEmpty() ? full : deltas.getLast();
    }

    /**
     * Reads the full artefact and applies all deltas.
     *
     * @throws ModelArtefactException if something is damaged, does not fit, or leads to another sum than it should
     * @throws IOException            if something cannot be read
     */
    public ModelArtefact read() throws IOException {
        ModelArtefact start = ModelArtefact.read(full.directory, full.sha256);
        if (start.description().version() != full.version) {
            throw new ModelArtefactException(full.directory + ": holds version " + start.description().version()
                    + ", not " + full.version);
        }
        return deltas.isEmpty() ? start : apply(deltas, start, start.weights());
    }

    /**
     * Applies what follows a state that is on the way.
     *
     * @param have is not changed
     * @return empty if {@code have} is none of the states on the way
     * @throws ModelArtefactException if something is damaged, does not fit, or leads to another sum than it should
     * @throws IOException            if something cannot be read
     */
    public Optional<ModelArtefact> continueFrom(ModelArtefact have) throws IOException {
        List<Step> steps = steps();
        for (int i = 0; i < steps.size() - 1; i++) {
            Step step = steps.get(i);
            if (step.version == have.description().version() && have.sha256().equalsIgnoreCase(step.stateSha256)) {
                return Optional.of(apply(steps.subList(i + 1, steps.size()), have, have.weights().copy()));
            }
        }
        return Optional.empty();
    }

    /** Turns weights, which the caller gives away, into those of the last step. */
    private static ModelArtefact apply(List<Step> steps, ModelArtefact from, Weights weights) throws IOException {
        long version = from.description().version();
        ArtefactDelta.Applied applied = null;
        for (Step step : steps) {
            applied = ArtefactDelta.apply(step.directory, step.sha256, version, weights);
            version = applied.description().version();
            if (version != step.version) {
                throw new ModelArtefactException(step.directory + ": leads to version " + version + ", not "
                        + step.version);
            }
        }
        Step last = steps.getLast();
        if (applied == null) {
            throw new IllegalArgumentException("no step to take");
        }
        ModelArtefact.check(last.directory, applied.description(), weights);
        String sum = ModelArtefact.sum(last.directory, applied.json(), weights);
        if (last.stateSha256 != null && !sum.equalsIgnoreCase(last.stateSha256)) {
            throw new ModelArtefactException(last.directory + ": SHA-256 of the state that results is " + sum
                    + ", announced was " + last.stateSha256);
        }
        return new ModelArtefact(applied.description(), weights, sum, last.directory);
    }

    /**
     * The same chain in one directory of its own, as somebody keeps it: the full artefact and the deltas, each under the name
     * of its version. {@link #kept} finds it there.
     *
     * @param directory that they are to lie in
     */
    public ModelChain movedTo(Path directory) {
        return new ModelChain(moved(full, directory), deltas.stream().map(step -> moved(step, directory)).toList());
    }

    private static Step moved(Step step, Path directory) {
        return new Step(step.version, directory.resolve(step.directory.getFileName().toString()), step.sha256,
                step.stateSha256);
    }

    /**
     * What somebody keeps in a directory: a full artefact with its files directly in there, or a chain in directories below.
     *
     * @throws IOException if there is neither
     */
    public static ModelChain kept(Path directory, long version, String sha256) throws IOException {
        if (Files.exists(directory.resolve(ModelArtefact.MODEL_FILE))) {
            return of(version, directory, sha256);
        }
        try {
            for (ModelChain chain : in(directory)) {
                if (chain.version() == version && !chain.deltas.isEmpty()) {
                    List<Step> steps = new ArrayList<>(chain.deltas);
                    Step last = steps.removeLast();
                    steps.add(new Step(last.version, last.directory, last.sha256, sha256));
                    return new ModelChain(chain.full, steps);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new ModelArtefactException(directory + ": there is no model", e);
        }
        throw new ModelArtefactException(directory + ": holds nothing that leads to version " + version);
    }

    /**
     * Makes sure that what lies there has the sums that it should have; what has none is passed over.
     *
     * @throws ModelArtefactException if not
     * @throws IOException            if it cannot be read
     */
    public void requireSums() throws IOException {
        requireSum(full, ArtefactSum.of(full.directory));
        for (Step step : deltas) {
            requireSum(step, ArtefactDelta.sum(step.directory));
        }
    }

    private static void requireSum(Step step, String actual) throws ModelArtefactException {
        if (step.sha256 != null && !step.sha256.equalsIgnoreCase(actual)) {
            throw new ModelArtefactException(step.directory + ": SHA-256 is " + actual + ", must be " + step.sha256);
        }
    }
}
