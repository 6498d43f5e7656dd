package io.sextant.model.ctr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of named float tensors in the safetensors format, mapped into memory: eight bytes with the length of the header,
 * the header as JSON, then the values, little-endian. Only 32-bit floats are read and written, and numbers of rows.
 *
 * <p>
 * Reading checks everything before a value is used: lengths, offsets, shapes, and that each value is a finite number.
 * Every message names the file and the tensor. Threading: a reader belongs to one thread and is closed by it.
 */
public final class Safetensors implements AutoCloseable {
    private static final int PREFIX_BYTES = Long.BYTES;
    private static final long HEADER_MAX_BYTES = 16L << 20;
    private static final int ALIGNMENT_BYTES = 64;
    private static final int CHUNK_VALUES = 1 << 16;
    private static final String FLOATS = "F32";
    private static final String INTEGERS = "I32";
    private static final String METADATA = "__metadata__";
    private static final ValueLayout.OfLong LONG_LE = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT_LE = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Arena arena;
    private final MemorySegment data;
    private final JsonNode header;
    private final Map<String, String> metadata;

    private Safetensors(Path file, Arena arena, MemorySegment data, JsonNode header, Map<String, String> metadata) {
        this.file = file;
        this.arena = arena;
        this.data = data;
        this.header = header;
        this.metadata = metadata;
    }

    /**
     * Writes tensors to a new file and forces it to the disk.
     *
     * @param file     must not exist
     * @param metadata any texts to keep beside the tensors
     * @param tensors  written in this order; names are unique
     * @throws IOException if the file exists or cannot be written
     */
    public static void write(Path file, Map<String, String> metadata, List<NamedTensor> tensors) throws IOException {
        write(file, metadata, null, tensors);
    }

    /** The same with numbers of rows before the tensors. */
    static void write(Path file, Map<String, String> metadata, @Nullable RowNumbers rows, List<NamedTensor> tensors)
            throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(channel, metadata, rows, tensors);
            channel.force(true);
        }
    }

    /** The bytes of such a file. */
    static void write(WritableByteChannel channel, Map<String, String> metadata, @Nullable RowNumbers rows,
            List<NamedTensor> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode texts = header.putObject(METADATA);
        metadata.forEach(texts::put);
        long offset = 0;
        if (rows != null) {
            offset = describe(header, rows.name(), INTEGERS, new int[]{rows.rows().length}, 0);
        }
        for (NamedTensor tensor : tensors) {
            offset = describe(header, tensor.name(), FLOATS, tensor.shape(), offset);
        }
        byte[] json = JSON.writeValueAsBytes(header);
        // The format allows trailing spaces in the header; they let the values start at a cache line.
        int padding = Math.floorMod(-(PREFIX_BYTES + json.length), ALIGNMENT_BYTES);
        ByteBuffer head = ByteBuffer.allocate(PREFIX_BYTES + json.length + padding).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(json.length + padding).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        writeFully(channel, head.flip());
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_VALUES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int[] numbers = rows == null ? new int[0] : rows.rows();
        for (int from = 0; from < numbers.length; from += CHUNK_VALUES) {
            int count = Math.min(CHUNK_VALUES, numbers.length - from);
            chunk.clear().asIntBuffer().put(numbers, from, count);
            writeFully(channel, chunk.limit(count * Integer.BYTES));
        }
        for (NamedTensor tensor : tensors) {
            for (int from = 0; from < tensor.data().length; from += CHUNK_VALUES) {
                int count = Math.min(CHUNK_VALUES, tensor.data().length - from);
                chunk.clear().asFloatBuffer().put(tensor.data(), from, count);
                writeFully(channel, chunk.limit(count * Float.BYTES));
            }
        }
    }

    /* Both kinds of value take four bytes. */
    private static long describe(ObjectNode header, String name, String type, int[] shape, long begin) {
        ObjectNode entry = header.putObject(name);
        entry.put("dtype", type);
        entry.putPOJO("shape", shape);
        long end = begin + Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact) * Float.BYTES;
        entry.putArray("data_offsets").add(begin).add(end);
        return end;
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Maps a file and reads its header.
     *
     * @throws ModelArtefactException if it is not a safetensors file
     * @throws IOException            if it cannot be read
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the reader, or below
    public static Safetensors open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return parse(file, arena, all);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Safetensors parse(Path file, Arena arena, MemorySegment all) throws ModelArtefactException {
        if (all.byteSize() < PREFIX_BYTES) {
            throw new ModelArtefactException(
                    file + ": " + all.byteSize() + " bytes are too few for a safetensors file");
        }
        long headerBytes = all.get(LONG_LE, 0);
        if (headerBytes < 2 || headerBytes > Math.min(HEADER_MAX_BYTES, all.byteSize() - PREFIX_BYTES)) {
            throw new ModelArtefactException(file + ": header length " + headerBytes + " does not fit a file of "
                    + all.byteSize() + " bytes; the file is truncated or not a safetensors file");
        }
        byte[] json = all.asSlice(PREFIX_BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        JsonNode header;
        try {
            header = JSON.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new ModelArtefactException(file + ": header is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!header.isObject()) {
            throw new ModelArtefactException(file + ": header is not a JSON object");
        }
        Map<String, String> metadata = new HashMap<>();
        header.path(METADATA).properties().forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
        MemorySegment data = all.asSlice(PREFIX_BYTES + headerBytes);
        return new Safetensors(file, arena, data, header, Map.copyOf(metadata));
    }

    /** The texts kept beside the tensors. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Whether the file holds a tensor of this name. */
    public boolean has(String name) {
        return header.has(name) && !name.equals(METADATA);
    }

    /** The tensors' shapes by name, in the file's order. */
    public Map<String, List<Integer>> shapes() throws ModelArtefactException {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals(METADATA)) {
                shapes.put(entry.getKey(), Arrays.stream(shape(entry.getKey())).boxed().toList());
            }
        }
        return shapes;
    }

    /**
     * Copies a tensor out of the file.
     *
     * @param into the tensor of the same name and shape whose values are overwritten
     * @throws ModelArtefactException if the tensor is not there, has another shape or type, lies outside the file, or
     *                                holds a value that is not finite
     */
    public void read(NamedTensor into) throws ModelArtefactException {
        String name = into.name();
        float[] values = into.data();
        long begin = begin(name, FLOATS, into.shape());
        MemorySegment.copy(data, FLOAT_LE, begin, values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new ModelArtefactException(
                        file + ": tensor " + name + " holds " + values[i] + " at element " + i);
            }
        }
    }

    /**
     * Copies numbers of rows out of the file.
     *
     * @throws ModelArtefactException if there are none of this name, or they lie outside the file
     */
    RowNumbers rows(String name) throws ModelArtefactException {
        if (!has(name)) {
            throw new ModelArtefactException(file + ": tensor " + name + " is missing");
        }
        int[] shape = shape(name);
        long begin = begin(name, INTEGERS, shape.length == 1 ? shape : new int[]{0});
        int[] rows = new int[shape[0]];
        MemorySegment.copy(data, INT_LE, begin, rows, 0, rows.length);
        return new RowNumbers(name, rows);
    }

    /** Where the values of a tensor of this type and shape begin; all of them lie in the file. */
    private long begin(String name, String type, int[] wanted) throws ModelArtefactException {
        JsonNode entry = header.get(name);
        if (entry == null) {
            throw new ModelArtefactException(file + ": tensor " + name + " is missing");
        }
        if (!entry.path("dtype").asText().equals(type)) {
            throw new ModelArtefactException(file + ": tensor " + name + " has type " + entry.path("dtype").asText()
                    + ", must be " + type);
        }
        int[] shape = shape(name);
        if (!Arrays.equals(shape, wanted)) {
            throw new ModelArtefactException(file + ": tensor " + name + " has shape " + Arrays.toString(shape)
                    + ", the model needs " + Arrays.toString(wanted));
        }
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        long bytes = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact) * Float.BYTES;
        if (begin < 0 || end - begin != bytes) {
            throw new ModelArtefactException(file + ": tensor " + name + " spans bytes " + begin + " to " + end
                    + ", its shape needs " + bytes + " bytes");
        }
        if (end > data.byteSize()) {
            throw new ModelArtefactException(file + ": tensor " + name + " ends at byte " + end + " of "
                    + data.byteSize() + "; the file is truncated");
        }
        return begin;
    }

    private int[] shape(String name) throws ModelArtefactException {
        JsonNode shape = header.path(name).path("shape");
        if (!shape.isArray()) {
            throw new ModelArtefactException(file + ": tensor " + name + " has no shape");
        }
        int[] dimensions = new int[shape.size()];
        for (int i = 0; i < dimensions.length; i++) {
            if (!shape.get(i).canConvertToInt() || shape.get(i).intValue() < 0) {
                throw new ModelArtefactException(file + ": tensor " + name + " has shape " + shape);
            }
            dimensions[i] = shape.get(i).intValue();
        }
        return dimensions;
    }

    /** The file's path, for messages. */
    @Override
    public String toString() {
        return file.toString();
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        arena.close();
    }
}
