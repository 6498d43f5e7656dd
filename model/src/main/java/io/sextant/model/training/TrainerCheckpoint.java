package io.sextant.model.training;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.ctr.ModelArtefactException;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.Safetensors;
import io.sextant.model.ctr.Weights;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** All of a trainer's state as one safetensors file. */
final class TrainerCheckpoint {
    private static final String SCHEMA = "schema-fingerprint";
    private static final String CHECKSUM = "checksum";
    private static final String STEPS = "steps";
    private static final String EXAMPLES = "examples";
    private static final String MASKED = "masked-examples";
    private static final String HOUR = "hour";
    private static final String NOTE = "note.";

    private final Weights weights;
    private final RowLife life;
    private final List<NamedTensor> state;

    /** What a trainer counts, and the hour of its examples. */
    record Counters(long steps, long examples, long maskedExamples, long hour) {}

    TrainerCheckpoint(Weights weights, SparseAdaGrad tables, RowLife life, List<Adam> net) {
        this.weights = weights;
        this.life = life;
        List<NamedTensor> tensors = new ArrayList<>(weights.tensors());
        tensors.add(new NamedTensor("adagrad.embedding", tables.embeddingSquares, weights.schema().rows(),
                weights.architecture().embeddingSize()));
        tensors.add(new NamedTensor("adagrad.linear", tables.linearSquares, weights.schema().rows()));
        for (Adam adam : net) {
            tensors.add(new NamedTensor("adam.mean." + adam.tensor().name(), adam.mean, adam.tensor().shape()));
            tensors.add(new NamedTensor("adam.variance." + adam.tensor().name(), adam.variance, adam.tensor().shape()));
        }
        tensors.addAll(life.tensors());
        this.state = List.copyOf(tensors);
    }

    void save(Path file, Counters counters, Map<String, String> notes) throws IOException {
        Map<String, String> texts = new HashMap<>();
        notes.forEach((key, value) -> texts.put(NOTE + key, value));
        texts.put(SCHEMA, Long.toHexString(weights.schema().fingerprint()));
        texts.put(STEPS, Long.toString(counters.steps));
        texts.put(EXAMPLES, Long.toString(counters.examples));
        texts.put(MASKED, Long.toString(counters.maskedExamples));
        texts.put(HOUR, Long.toString(counters.hour));
        texts.put(CHECKSUM, checksum(state, counters));
        Path parent = Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = parent.resolve("." + file.getFileName() + "-" + UUID.randomUUID());
        try {
            Safetensors.write(temporary, texts, state);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    Counters restore(Path file, Safetensors tensors) throws IOException {
        String fingerprint = Long.toHexString(weights.schema().fingerprint());
        if (!fingerprint.equals(tensors.metadata().get(SCHEMA))) {
            throw new ModelArtefactException(file + ": checkpoint of schema " + tensors.metadata().get(SCHEMA)
                    + ", this trainer has " + fingerprint + "; remove the file to start afresh");
        }
        Counters counters = new Counters(number(file, tensors, STEPS), number(file, tensors, EXAMPLES),
                number(file, tensors, MASKED), tensors.metadata().containsKey(HOUR) ? number(file, tensors, HOUR) : 0);
        List<NamedTensor> saved = saved(tensors);
        List<NamedTensor> read = new ArrayList<>();
        for (NamedTensor tensor : saved) {
            NamedTensor copy = new NamedTensor(tensor.name(), new float[tensor.data().length], tensor.shape());
            tensors.read(copy);
            read.add(copy);
        }
        String checksum = checksum(read, counters);
        if (!checksum.equals(tensors.metadata().get(CHECKSUM))) {
            throw new ModelArtefactException(file + ": checksum is " + checksum + ", the file says "
                    + tensors.metadata().get(CHECKSUM) + "; the file is damaged");
        }
        for (int i = 0; i < read.size(); i++) {
            System.arraycopy(read.get(i).data(), 0, saved.get(i).data(), 0, read.get(i).data().length);
        }
        if (life.tensors().stream().noneMatch(tensor -> tensors.has(tensor.name()))) {
            life.admitKnown();
        }
        return counters;
    }

    /* Older checkpoints have less of what is known about rows: what they do not tell stays as it is. */
    private List<NamedTensor> saved(Safetensors tensors) {
        List<NamedTensor> optional = new ArrayList<>(weights.rowKnowledge());
        optional.addAll(life.tensors());
        Set<String> names = optional.stream().map(NamedTensor::name).collect(Collectors.toSet());
        return state.stream().filter(tensor -> tensors.has(tensor.name()) || !names.contains(tensor.name())).toList();
    }

    static Map<String, String> notes(Safetensors tensors) {
        Map<String, String> notes = new HashMap<>();
        tensors.metadata().forEach((key, value) -> {
            if (key.startsWith(NOTE)) {
                notes.put(key.substring(NOTE.length()), value);
            }
        });
        return notes;
    }

    private static long number(Path file, Safetensors tensors, String key) throws ModelArtefactException {
        String text = tensors.metadata().get(key);
        try {
            return Long.parseLong(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new ModelArtefactException(file + ": " + key + " is " + text + ", must be a number", e);
        }
    }

    static String checksum(List<NamedTensor> tensors, Counters counters) {
        HashStream64 hash = Hashing.xxh3_64().hashStream();
        for (NamedTensor tensor : tensors) {
            hash.putFloatArray(tensor.data());
        }
        hash.putLong(counters.steps).putLong(counters.examples).putLong(counters.maskedExamples);
        if (counters.hour != 0) {
            hash.putLong(counters.hour);
        }
        return Long.toHexString(hash.getAsLong());
    }
}
