package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the protobuf encoding of a message as JSON. One per codec.
 */
final class WireToJson {
    /*
     * The generated serialiser writes fields in the order of their numbers, the elements of a repeated field one after
     * the other and not packed, and unknown_json, which has the highest number, last. So one pass suffices: an array is
     * open as long as its tag comes again, and when unknown_json is reached all modelled members are written.
     */
    private static final double EXACT_INTEGERS = 1L << 53;

    private final JsonFactory factory;
    private byte[] bytes = {};

    WireToJson(JsonFactory factory) {
        this.factory = factory;
    }

    /**
     * Writes one message.
     *
     * @param source protobuf encoding as a generated serialiser makes it
     * @throws OpenRtbFormatException if a number is not finite or an unknown_json is no JSON object
     * @throws IOException            if the generator's target fails
     */
    void write(MessageTable root, byte[] source, int length, JsonGenerator out) throws IOException {
        bytes = source;
        message(root, CodedInputStream.newInstance(source, 0, length), out);
    }

    private void message(MessageTable table, CodedInputStream in, JsonGenerator out) throws IOException {
        out.writeStartObject();
        long written = 0;
        int arrayTag = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (arrayTag != 0 && arrayTag != tag) {
                out.writeEndArray();
                arrayTag = 0;
            }
            WireField field = table.byNumber(WireFormat.getTagFieldNumber(tag));
            if (field != null && field.tag() == tag) {
                if (arrayTag == 0) {
                    out.writeFieldName(field.jsonName());
                }
                if (field.repeated() && arrayTag == 0) {
                    out.writeStartArray();
                    arrayTag = tag;
                }
                written |= field.bit();
                value(field, in, out);
            } else if (tag == table.unknownJsonTag()) {
                splice(table, written, in, out);
            } else {
                in.skipField(tag);
            }
        }
        if (arrayTag != 0) {
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void value(WireField field, CodedInputStream in, JsonGenerator out) throws IOException {
        switch (field.kind()) {
            case INT32 -> out.writeNumber(in.readInt32());
            case BOOL -> out.writeNumber(in.readBool() ? 1 : 0);
            case DOUBLE -> number(in.readDouble(), out);
            case STRING -> text(in, out);
            case MESSAGE -> {
                int limit = in.pushLimit(in.readRawVarint32());
                message(field.table(), in, out);
                in.popLimit(limit);
            }
            case VALUE -> nestedFreeForm(in, out);
        }
    }

    private static void number(double value, JsonGenerator out) throws IOException {
        if (value == (long) value && Math.abs(value) < EXACT_INTEGERS && !isNegativeZero(value)) {
            out.writeNumber((long) value);
        } else if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            throw fail(out, "JSON has no number " + value);
        }
    }

    private static boolean isNegativeZero(double value) {
        return Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    }

    /** ASCII, nearly all there is, goes from buffer to buffer; the rest is decoded so that bad UTF-8 becomes U+FFFD. */
    private void text(CodedInputStream in, JsonGenerator out) throws IOException {
        int length = in.readRawVarint32();
        int start = in.getTotalBytesRead();
        in.skipRawBytes(length);
        if (isAscii(start, length)) {
            out.writeUTF8String(bytes, start, length);
        } else {
            out.writeString(new String(bytes, start, length, StandardCharsets.UTF_8));
        }
    }

    private boolean isAscii(int start, int length) {
        int any = 0;
        for (int i = start; i < start + length; i++) {
            any |= bytes[i];
        }
        return any >= 0;
    }

    /** A google.protobuf.Value; one without content, which only a protobuf peer can send, is null. */
    private void freeForm(CodedInputStream in, JsonGenerator out) throws IOException {
        boolean empty = true;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean known = true;
            switch (tag) {
                case FreeForm.NULL -> {
                    in.readRawVarint32();
                    out.writeNull();
                }
                case FreeForm.NUMBER -> number(in.readDouble(), out);
                case FreeForm.STRING -> text(in, out);
                case FreeForm.BOOL -> out.writeBoolean(in.readBool());
                case FreeForm.STRUCT -> struct(in, out);
                case FreeForm.LIST -> list(in, out);
                default -> {
                    known = false;
                    in.skipField(tag);
                }
            }
            empty &= !known;
        }
        if (empty) {
            out.writeNull();
        }
    }

    private void struct(CodedInputStream in, JsonGenerator out) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        out.writeStartObject();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag != FreeForm.STRUCT_ENTRY) {
                in.skipField(tag);
                continue;
            }
            int entryLimit = in.pushLimit(in.readRawVarint32());
            // A map entry has its key, then its value: the serialiser writes both always.
            in.readTag();
            out.writeFieldName(in.readString());
            in.readTag();
            nestedFreeForm(in, out);
            in.popLimit(entryLimit);
        }
        out.writeEndObject();
        in.popLimit(limit);
    }

    private void list(CodedInputStream in, JsonGenerator out) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        out.writeStartArray();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == FreeForm.LIST_ELEMENT) {
                nestedFreeForm(in, out);
            } else {
                in.skipField(tag);
            }
        }
        out.writeEndArray();
        in.popLimit(limit);
    }

    private void nestedFreeForm(CodedInputStream in, JsonGenerator out) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        freeForm(in, out);
        in.popLimit(limit);
    }

    /** Writes the members of unknown_json into the ext object that is open. A modelled member that is set wins. */
    private void splice(MessageTable table, long written, CodedInputStream in, JsonGenerator out) throws IOException {
        int length = in.readRawVarint32();
        int start = in.getTotalBytesRead();
        in.skipRawBytes(length);
        try (JsonParser parser = factory.createParser(bytes, start, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw fail(out, "unknown_json must be an object, found " + JsonPlace.found(parser));
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                @Nullable
                WireField field = table.byName(name);
                if (field != null && (written & field.bit()) != 0) {
                    parser.skipChildren();
                } else {
                    out.writeFieldName(name);
                    copy(start, parser, out);
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw fail(out, "unknown_json must be one object");
            }
        } catch (JsonProcessingException e) {
            throw fail(out, "unknown_json is " + JsonPlace.problem(e));
        }
    }

    /** Copies the text of the current value, which the parser has found to be JSON: nothing is rounded or decoded. */
    private void copy(int start, JsonParser parser, JsonGenerator out) throws IOException {
        int from = start + (int) parser.currentTokenLocation().getByteOffset();
        int outside = out.getOutputContext().getNestingDepth();
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart()) {
                depth++;
                if (outside + depth > Limits.JSON_DEPTH_MAX) {
                    throw fail(out, "unknown_json is nested too deep");
                }
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                break;
            }
            token = parser.nextToken();
        }
        parser.finishToken();
        int to = start + (int) parser.currentLocation().getByteOffset();
        out.writeRawValue(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    private static OpenRtbFormatException fail(JsonGenerator out, String problem) {
        return new OpenRtbFormatException(JsonPlace.path(out.getOutputContext()), problem);
    }
}
