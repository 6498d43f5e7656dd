package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Transcodes a JSON body into the protobuf encoding of the same message. One per codec.
 */
final class JsonToWire {
    /*
     * One pass over Jackson's tokens. A member's name finds its field in the message's table; the value goes straight
     * from the token's characters into the wire buffer. Nothing is boxed and no String is made, member names apart,
     * which Jackson keeps in its symbol table. Members of an ext object that are not modelled, or have another shape
     * than the modelled one (ext is vendors' ground), are copied as they stand, but for blanks, into `kept`, a stack
     * because ext objects nest, and become the message's unknown_json when the object ends.
     */
    private static final long NOT_AN_INTEGER = Long.MIN_VALUE;
    private static final char[] NO_CHARS = {};

    private final JsonFactory factory;
    private final WireBuffer wire = new WireBuffer();
    private final WireBuffer kept = new WireBuffer();
    private byte[] body = {};
    private int bodyOffset;

    JsonToWire(JsonFactory factory) {
        this.factory = factory;
    }

    /**
     * Reads one JSON object.
     *
     * @param bytes a body in UTF-8
     * @return the protobuf encoding; valid until the next call
     * @throws OpenRtbFormatException if it is no message of this type
     */
    WireBuffer transcode(MessageTable root, byte[] bytes, int offset, int length) {
        body = bytes;
        bodyOffset = offset;
        wire.clear();
        kept.clear();
        try (JsonParser parser = factory.createParser(bytes, offset, length)) {
            transcode(root, parser);
        } catch (IOException e) {
            throw new OpenRtbFormatException("", JsonPlace.problem(e));
        } finally {
            body = new byte[0];
        }
        return wire;
    }

    private void transcode(MessageTable root, JsonParser parser) {
        try {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw fail(parser, "expected an object, found " + JsonPlace.found(parser));
            }
            members(root, parser);
            if (parser.nextToken() != null) {
                throw new OpenRtbFormatException("",
                        "expected nothing after the object, found " + JsonPlace.found(parser));
            }
        } catch (JsonProcessingException e) {
            throw new OpenRtbFormatException(JsonPlace.path(parser.getParsingContext()), JsonPlace.problem(e));
        } catch (IOException e) {
            throw fail(parser, JsonPlace.problem(e));
        }
    }

    /** From after the opening brace to the closing one. */
    private void members(MessageTable table, JsonParser parser) throws IOException {
        int keptStart = kept.size();
        long seen = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            WireField field = table.byName(name);
            if (field == null) {
                unmodelled(table, name, keptStart, parser);
                continue;
            }
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (token == JsonToken.START_OBJECT && field.objectForm() != null) {
                field = field.objectForm();
            }
            if ((seen & (field.bit() | field.exclusive())) != 0) {
                throw repeated(table, field, seen, parser);
            }
            seen |= field.bit();
            if (!value(field, token, parser)) {
                if (!table.isExt()) {
                    throw wrongType(field, parser);
                }
                keepValue(field, keptStart, parser);
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw fail(parser, "expected a member name, found " + JsonPlace.found(parser));
        }
        if (kept.size() > keptStart) {
            flushKept(table, keptStart);
        }
    }

    /** Writes the member; false, with nothing written, if its value has the wrong shape. */
    private boolean value(WireField field, JsonToken token, JsonParser parser) throws IOException {
        if (!field.repeated()) {
            return single(field, token, parser);
        }
        if (token != JsonToken.START_ARRAY) {
            return false;
        }
        int count = 0;
        for (JsonToken element = parser.nextToken(); element != JsonToken.END_ARRAY; element = parser.nextToken()) {
            if (++count > Limits.ARRAY_ELEMENTS_MAX) {
                throw fail(parser, "more than " + Limits.ARRAY_ELEMENTS_MAX + " elements");
            }
            if (element != JsonToken.VALUE_NULL && !single(field, element, parser)) {
                throw wrongType(field, parser);
            }
        }
        return true;
    }

    private boolean single(WireField field, JsonToken token, JsonParser parser) throws IOException {
        switch (field.kind()) {
            case INT32 -> {
                long value = integer(token, parser);
                if (value == NOT_AN_INTEGER) {
                    return false;
                }
                wire.writeVarint(field.tag());
                wire.writeVarint(value);
            }
            case BOOL -> {
                long value = token == JsonToken.VALUE_TRUE ? 1
                        : token == JsonToken.VALUE_FALSE ? 0 : integer(token, parser);
                if (value != 0 && value != 1) {
                    return false;
                }
                wire.writeVarint(field.tag());
                wire.writeVarint(value);
            }
            case DOUBLE -> {
                double value = number(token, parser);
                if (!Double.isFinite(value)) {
                    return false;
                }
                wire.writeVarint(field.tag());
                wire.writeDouble(value);
            }
            case STRING -> {
                if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
                    return false;
                }
                wire.writeVarint(field.tag());
                text(parser);
            }
            case MESSAGE -> {
                if (token != JsonToken.START_OBJECT) {
                    return false;
                }
                wire.writeVarint(field.tag());
                int start = wire.begin();
                members(field.table(), parser);
                wire.end(start);
            }
            case VALUE -> nested(field.tag(), token, parser);
        }
        return true;
    }

    private void text(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        wire.writeString(text == null ? NO_CHARS : text, parser.getTextOffset(), parser.getTextLength());
    }

    /** A 32-bit integer, written as 5, 5.0 or "5"; otherwise {@link #NOT_AN_INTEGER}. */
    private static long integer(JsonToken token, JsonParser parser) throws IOException {
        return switch (token) {
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.INT ? parser.getIntValue() : NOT_AN_INTEGER;
            case VALUE_NUMBER_FLOAT -> {
                double value = parser.getDoubleValue();
                yield value == (int) value ? (int) value : NOT_AN_INTEGER;
            }
            case VALUE_STRING -> integer(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            default -> NOT_AN_INTEGER;
        };
    }

    private static long integer(char[] text, int offset, int length) {
        boolean negative = length > 0 && text[offset] == '-';
        int first = negative ? 1 : 0;
        if (length == first || length > 11) {
            return NOT_AN_INTEGER;
        }
        long value = 0;
        for (int i = first; i < length; i++) {
            int digit = text[offset + i] - '0';
            if (digit < 0 || digit > 9) {
                return NOT_AN_INTEGER;
            }
            value = 10 * value + digit;
        }
        value = negative ? -value : value;
        return value == (int) value ? value : NOT_AN_INTEGER;
    }

    /** A number, written as 0.5 or "0.5"; NaN if it is none, infinite if a double cannot hold it. */
    private static double number(JsonToken token, JsonParser parser) throws IOException {
        if (token.isNumeric()) {
            return parser.getDoubleValue();
        }
        if (token != JsonToken.VALUE_STRING || parser.getTextLength() > Limits.NUMBER_CHARS_MAX) {
            return Double.NaN;
        }
        char[] text = parser.getTextCharacters();
        int offset = parser.getTextOffset();
        int length = parser.getTextLength();
        return isDecimal(text, offset, length) ? Double.parseDouble(new String(text, offset, length)) : Double.NaN;
    }

    /** JSON's grammar of a number: {@link Double#parseDouble} would also take 0x1p3, 1f, NaN and blanks. */
    private static boolean isDecimal(char[] text, int offset, int length) {
        int end = offset + length;
        int i = offset < end && text[offset] == '-' ? offset + 1 : offset;
        int digits = i;
        i = skipDigits(text, i, end);
        if (i == digits) {
            return false;
        }
        if (i < end && text[i] == '.') {
            digits = ++i;
            i = skipDigits(text, i, end);
            if (i == digits) {
                return false;
            }
        }
        if (i < end && (text[i] == 'e' || text[i] == 'E')) {
            i++;
            i = i < end && (text[i] == '-' || text[i] == '+') ? i + 1 : i;
            digits = i;
            i = skipDigits(text, i, end);
            if (i == digits) {
                return false;
            }
        }
        return i == end;
    }

    private static int skipDigits(char[] text, int from, int end) {
        int i = from;
        while (i < end && text[i] >= '0' && text[i] <= '9') {
            i++;
        }
        return i;
    }

    /** Content of a google.protobuf.Value: the schema's only free-form member type. */
    private void freeForm(JsonToken token, JsonParser parser) throws IOException {
        switch (token) {
            case VALUE_NULL -> {
                wire.writeVarint(FreeForm.NULL);
                wire.writeVarint(0);
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                wire.writeVarint(FreeForm.BOOL);
                wire.writeVarint(token == JsonToken.VALUE_TRUE ? 1 : 0);
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                double value = parser.getDoubleValue();
                if (!Double.isFinite(value)) {
                    throw fail(parser, "expected a number that a double can hold, found " + JsonPlace.found(parser));
                }
                wire.writeVarint(FreeForm.NUMBER);
                wire.writeDouble(value);
            }
            case VALUE_STRING -> {
                wire.writeVarint(FreeForm.STRING);
                text(parser);
            }
            case START_OBJECT -> {
                wire.writeVarint(FreeForm.STRUCT);
                int struct = wire.begin();
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    wire.writeVarint(FreeForm.STRUCT_ENTRY);
                    int entry = wire.begin();
                    wire.writeVarint(FreeForm.ENTRY_KEY);
                    wire.writeString(name.toCharArray(), 0, name.length());
                    nested(FreeForm.ENTRY_VALUE, parser.nextToken(), parser);
                    wire.end(entry);
                }
                wire.end(struct);
            }
            case START_ARRAY -> {
                wire.writeVarint(FreeForm.LIST);
                int list = wire.begin();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    nested(FreeForm.LIST_ELEMENT, next, parser);
                }
                wire.end(list);
            }
            default -> throw fail(parser, "expected a value, found " + JsonPlace.found(parser));
        }
    }

    private void nested(int tag, JsonToken token, JsonParser parser) throws IOException {
        wire.writeVarint(tag);
        int start = wire.begin();
        freeForm(token, parser);
        wire.end(start);
    }

    /** A member that the message does not model: kept in an ext object, passed over elsewhere. */
    private void unmodelled(MessageTable table, String name, int keptStart, JsonParser parser) throws IOException {
        if (table.isExt()) {
            int from = tokenStart(parser);
            parser.nextToken();
            keepSeparator(keptStart);
            keep(from, parser);
        } else if (parser.nextToken() == JsonToken.START_OBJECT && table.isNativeRoot() && name.equals("native")) {
            members(table, parser);
        } else {
            parser.skipChildren();
        }
    }

    /** A modelled member of an ext object whose value does not fit the model. */
    private void keepValue(WireField field, int keptStart, JsonParser parser) throws IOException {
        keepSeparator(keptStart);
        byte[] name = field.jsonName().asQuotedUTF8();
        kept.write('"');
        kept.write(name, 0, name.length);
        kept.write('"');
        kept.write(':');
        keep(tokenStart(parser), parser);
    }

    private void keepSeparator(int keptStart) {
        kept.write(kept.size() == keptStart ? '{' : ',');
    }

    /** Copies the body from {@code from} to the end of the current value, without the blanks between its tokens. */
    private void keep(int from, JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken();
        int to = bodyOffset + (int) parser.currentLocation().getByteOffset();
        int target = kept.reserve(to - from);
        byte[] bytes = kept.bytes();
        boolean inString = false;
        for (int i = from; i < to; i++) {
            byte b = body[i];
            if (b == '"') {
                inString = !inString;
            } else if (b == '\\') {
                // Occurs in strings only; what it escapes may be a quote.
                bytes[target++] = b;
                b = body[++i];
            } else if (b <= ' ' && b >= 0 && !inString) {
                continue;
            }
            bytes[target++] = b;
        }
        kept.truncate(target);
    }

    private int tokenStart(JsonParser parser) {
        return bodyOffset + (int) parser.currentTokenLocation().getByteOffset();
    }

    private void flushKept(MessageTable table, int keptStart) {
        int length = kept.size() - keptStart;
        wire.writeVarint(table.unknownJsonTag());
        wire.writeVarint(length + 1);
        wire.write(kept.bytes(), keptStart, length);
        wire.write('}');
        kept.truncate(keptStart);
    }

    private static OpenRtbFormatException repeated(MessageTable table, WireField field, long seen, JsonParser parser) {
        if ((seen & field.bit()) != 0) {
            return fail(parser, "is given twice");
        }
        return fail(parser, "cannot be given together with " + table.names(seen & field.exclusive()));
    }

    private static OpenRtbFormatException wrongType(WireField field, JsonParser parser) throws IOException {
        boolean array = field.repeated() && !parser.getParsingContext().inArray();
        boolean range = field.kind() == WireField.Kind.INT32 && parser.currentToken().isNumeric()
                && parser.getDoubleValue() == Math.rint(parser.getDoubleValue());
        String expected = array ? "an array" : field.kind().expected() + (range ? " of at most 32 bits" : "");
        return fail(parser, "expected " + expected + ", found " + JsonPlace.found(parser));
    }

    private static OpenRtbFormatException fail(JsonParser parser, String problem) {
        return new OpenRtbFormatException(JsonPlace.path(parser.getParsingContext()), problem);
    }
}
