package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.SerializableString;
import com.google.protobuf.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * One field of a {@link MessageTable}: all that reading and writing need to know, looked up once.
 *
 * @param name       member name that is read
 * @param jsonName   member name that is written: differs for the object form of a member that may be a string or an
 *                   object
 * @param number     protobuf field number
 * @param kind       how the value is coded
 * @param repeated   whether JSON has an array
 * @param message    table of the nested message, null unless {@code kind} is {@link Kind#MESSAGE}
 * @param bit        this field's bit among the fields of its message
 * @param exclusive  bits of the other members of its oneof
 * @param objectForm the field that takes over when JSON has an object here ({@code request_native} for
 *                   {@code request}), or null
 */
record WireField(String name, SerializableString jsonName, int number, Kind kind, boolean repeated,
        @Nullable MessageTable message, long bit, long exclusive, @Nullable WireField objectForm) {

    /** How a value is coded on both sides; the text says what an error message expects. */
    enum Kind {
        INT32(WireFormat.WIRETYPE_VARINT, "an integer"), BOOL(WireFormat.WIRETYPE_VARINT, "0 or 1"), DOUBLE(
                WireFormat.WIRETYPE_FIXED64, "a number"), STRING(WireFormat.WIRETYPE_LENGTH_DELIMITED,
                        "a string"), MESSAGE(WireFormat.WIRETYPE_LENGTH_DELIMITED, "an object"),
        /** {@code google.protobuf.Value}: any JSON. */
        VALUE(WireFormat.WIRETYPE_LENGTH_DELIMITED, "a value");

        private final int wireType;
        private final String expected;

        Kind(int wireType, String expected) {
            this.wireType = wireType;
            this.expected = expected;
        }

        int wireType() {
            return wireType;
        }

        String expected() {
            return expected;
        }
    }

    /** The nested message's table; only for {@link Kind#MESSAGE}. */
    MessageTable table() {
        if (message == null) {
            throw new IllegalStateException(name + " is no message");
        }
        return message;
    }

    int tag() {
        return number << 3 | kind.wireType();
    }
}
