package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and writes every message of openrtb.proto as JSON, and reads it as protobuf within bounds.
 *
 * <p>What JSON may look like:
 * <ul>
 * <li>A flag is 0, 1, true or false; it is written as 0 or 1, as OpenRTB prints it.
 * <li>A string may be given as a number (exchanges send ids so) and keeps the number's text. A number may be given as a
 * string of its digits, an integer as a decimal without a fraction ({@code 300.0}). An integer must fit in 32 bits.
 * <li>{@code null} is the same as absent. Only fields that are set are written.
 * <li>Members that are not modelled are passed over, but for those of an {@code ext} object: they are kept as they were
 * sent, numbers and escapes included, only without the blanks between tokens, as one JSON object in the Ext message's
 * {@code unknown_json}, and written back among the ext object's members. So is a modelled member of an ext object whose
 * value has another type than the model: ext is the vendors' ground.
 * <li>{@code native.request} and {@code adm} may be a string or an object; the object goes to {@code request_native}
 * and {@code adm_native} and is written under the member's own name. A native request or response may be wrapped in
 * {@code {"native": …}}, as before version 1.2; it is written without.
 * <li>Refused: a member given twice, two members that exclude each other ({@code site}, {@code app}, {@code dooh}), a
 * value of another type, text that is not UTF-8, and what passes {@link Limits}.
 * </ul>
 *
 * <p>Strings of a protobuf body that are not UTF-8 are not refused; they read and are written with U+FFFD.
 *
 * <p>Threading: an instance owns its buffers and belongs to one thread, such as an event loop. What it returns is
 * immutable and keeps nothing of the input or of the buffers.
 */
public final class OpenRtbCodec {
    /*
     * JSON is transcoded into protobuf's encoding, which the generated parser reads, and back; see JsonToWire and
     * WireToJson. Both work from tables that are built once from the generated descriptors, so that a field added to
     * the schema is known to the codec and nothing is looked up by reflection. The generated parser keeps strings as
     * bytes until they are asked for, so a member nobody reads is never decoded.
     */
    private static final int BOM_BYTES = 3;

    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.JSON_DEPTH_MAX)
                    .maxNumberLength(Limits.NUMBER_CHARS_MAX)
                    .maxNameLength(Limits.NAME_BYTES_MAX)
                    .maxStringLength(Limits.BODY_BYTES_MAX)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(Limits.JSON_DEPTH_MAX).build())
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();
    private final JsonToWire reader = new JsonToWire(factory);
    private final WireToJson writer = new WireToJson(factory);
    private final WireBuffer encoded = new WireBuffer();
    private final WireBuffer text = new WireBuffer();

    /** Reads a JSON bid request; see {@link #read(Message, byte[], int, int)}. */
    public BidRequest readBidRequest(byte[] json) {
        return readBidRequest(json, 0, json.length);
    }

    /** Reads a JSON bid request; see {@link #read(Message, byte[], int, int)}. */
    public BidRequest readBidRequest(byte[] json, int offset, int length) {
        return read(BidRequest.getDefaultInstance(), json, offset, length);
    }

    /** Reads a JSON bid request from position to limit, neither of which moves. */
    public BidRequest readBidRequest(ByteBuffer json) {
        if (json.hasArray()) {
            return readBidRequest(json.array(), json.arrayOffset() + json.position(), json.remaining());
        }
        byte[] copy = new byte[json.remaining()];
        json.get(json.position(), copy);
        return readBidRequest(copy);
    }

    /** Reads a JSON bid response; see {@link #read(Message, byte[], int, int)}. */
    public BidResponse readBidResponse(byte[] json) {
        return readBidResponse(json, 0, json.length);
    }

    /** Reads a JSON bid response; see {@link #read(Message, byte[], int, int)}. */
    public BidResponse readBidResponse(byte[] json, int offset, int length) {
        return read(BidResponse.getDefaultInstance(), json, offset, length);
    }

    /**
     * Reads a native request, such as the text of {@code imp.native.request}; see
     * {@link #read(Message, byte[], int, int)}.
     */
    public NativeRequest readNativeRequest(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return read(NativeRequest.getDefaultInstance(), bytes, 0, bytes.length);
    }

    /** Reads a native response, such as the text of {@code bid.adm}; see {@link #read(Message, byte[], int, int)}. */
    public NativeResponse readNativeResponse(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return read(NativeResponse.getDefaultInstance(), bytes, 0, bytes.length);
    }

    /**
     * Reads one JSON object as a message.
     *
     * @param prototype any instance of the generated type, usually its default instance
     * @param json      the body, UTF-8, with or without byte order mark; not changed and not kept
     * @throws OpenRtbFormatException    if the body is no such message; the message names the place
     * @throws IllegalArgumentException  if the type does not belong to openrtb.proto
     * @throws IndexOutOfBoundsException if offset and length are not within the array
     */
    public <M extends Message> M read(M prototype, byte[] json, int offset, int length) {
        MessageTable table = MessageTable.of(prototype.getDescriptorForType());
        boolean marked = length >= BOM_BYTES && json[offset] == (byte) 0xEF && json[offset + 1] == (byte) 0xBB
                && json[offset + 2] == (byte) 0xBF;
        int start = marked ? offset + BOM_BYTES : offset;
        int bytes = marked ? length - BOM_BYTES : length;
        requireText(json, start, bytes);
        WireBuffer wire = reader.transcode(table, json, start, bytes);
        try {
            return parse(prototype, wire.bytes(), 0, wire.size());
        } catch (InvalidProtocolBufferException e) {
            throw new OpenRtbFormatException("", JsonPlace.problem(e));
        }
    }

    /**
     * Reads one protobuf body as a message. Fields that the schema does not have are kept as unknown fields and are not
     * written to JSON.
     *
     * @param prototype any instance of the generated type, usually its default instance
     * @param body      not changed and not kept
     * @throws OpenRtbFormatException   if the body is not protobuf or passes {@link Limits}; the message names the
     * place
     * @throws IllegalArgumentException if the type does not belong to openrtb.proto
     */
    public <M extends Message> M readProtobuf(M prototype, byte[] body, int offset, int length) {
        MessageTable table = MessageTable.of(prototype.getDescriptorForType());
        requireSize(length);
        try {
            return parse(prototype, body, offset, length);
        } catch (InvalidProtocolBufferException e) {
            throw new OpenRtbFormatException(ProtobufPlace.locate(table, body, offset, length), JsonPlace.problem(e));
        }
    }

    /**
     * The message as JSON in UTF-8.
     *
     * @throws OpenRtbFormatException   if a number is not finite, or an {@code unknown_json} that came from elsewhere
     *                                  than this codec is no JSON object
     * @throws IllegalArgumentException if the type does not belong to openrtb.proto
     */
    public byte[] write(Message message) {
        int size = writeText(message);
        return Arrays.copyOf(text.bytes(), size);
    }

    /**
     * Writes the message as JSON in UTF-8 into a buffer of this codec: the first bytes of {@link #text}.
     *
     * @return how many bytes
     * @throws OpenRtbFormatException   as for {@link #write(Message)}
     * @throws IllegalArgumentException if the type does not belong to openrtb.proto
     */
    public int writeText(Message message) {
        text.clear();
        try {
            write(message, text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.size();
    }

    /** What {@link #writeText} wrote; good until this codec is used again, and not to be changed. */
    public byte[] text() {
        return text.bytes();
    }

    /**
     * Writes the message as JSON in UTF-8. The stream is neither flushed nor closed.
     *
     * @throws IOException              if the stream fails
     * @throws OpenRtbFormatException   as for {@link #write(Message)}; part of the text may have been written
     * @throws IllegalArgumentException if the type does not belong to openrtb.proto
     */
    public void write(Message message, OutputStream target) throws IOException {
        MessageTable table = MessageTable.of(message.getDescriptorForType());
        encoded.clear();
        int size = message.getSerializedSize();
        encoded.reserve(size);
        message.writeTo(CodedOutputStream.newInstance(encoded.bytes(), 0, size));
        try (JsonGenerator generator = factory.createGenerator(target, JsonEncoding.UTF8)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            generator.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            write(table, size, generator);
        }
    }

    private void write(MessageTable table, int size, JsonGenerator generator) throws IOException {
        try {
            writer.write(table, encoded.bytes(), size, generator);
        } catch (JsonProcessingException | InvalidProtocolBufferException e) {
            throw new OpenRtbFormatException(JsonPlace.path(generator.getOutputContext()), JsonPlace.problem(e));
        }
    }

    private static <M extends Message> M parse(M prototype, byte[] bytes, int offset, int length)
            throws InvalidProtocolBufferException {
        CodedInputStream in = CodedInputStream.newInstance(bytes, offset, length);
        in.setRecursionLimit(Limits.PROTOBUF_DEPTH_MAX);
        // A message's parser makes messages of its own type.
        @SuppressWarnings("unchecked")
        Parser<M> parser = (Parser<M>) prototype.getParserForType();
        return parser.parseFrom(in);
    }

    private static void requireSize(int length) {
        if (length > Limits.BODY_BYTES_MAX) {
            throw new OpenRtbFormatException("", "has " + length + " bytes, more than " + Limits.BODY_BYTES_MAX);
        }
    }

    private static void requireText(byte[] json, int offset, int length) {
        requireSize(length);
        if (!UnsafeByteOperations.unsafeWrap(json, offset, length).isValidUtf8()) {
            throw new OpenRtbFormatException("", "not UTF-8");
        }
        // A NUL among the first bytes makes Jackson guess UTF-16 or UTF-32, which OpenRTB does not know.
        for (int i = offset; i < offset + Math.min(length, 4); i++) {
            if (json[i] == 0) {
                throw new OpenRtbFormatException("", "not UTF-8");
            }
        }
    }
}
