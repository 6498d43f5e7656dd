package io.sextant.protocol.openrtb;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Finds where in a protobuf body the encoding breaks. The generated parsers do not tell; this walks a refused body a
 * second time.
 */
final class ProtobufPlace {
    private ProtobufPlace() {}

    /** Path of the innermost field that cannot be read, as in {@code imp[0].banner}; empty if none is found. */
    static String locate(MessageTable root, byte[] bytes, int offset, int length) {
        StringBuilder path = new StringBuilder();
        return isSound(root, CodedInputStream.newInstance(bytes, offset, length), path) ? "" : path.toString();
    }

    /** Leaves the path where it stands when the encoding breaks. The schema bounds the recursion. */
    private static boolean isSound(MessageTable table, CodedInputStream in, StringBuilder path) {
        try {
            int parent = path.length();
            int previous = 0;
            int index = 0;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                index = tag == previous ? index + 1 : 0;
                previous = tag;
                WireField field = table.byNumber(WireFormat.getTagFieldNumber(tag));
                if (field == null || field.tag() != tag) {
                    in.skipField(tag);
                    continue;
                }
                path.append(path.isEmpty() ? "" : ".").append(field.name());
                if (field.repeated()) {
                    path.append('[').append(index).append(']');
                }
                if (field.kind() != WireField.Kind.MESSAGE) {
                    in.skipField(tag);
                } else {
                    int limit = in.pushLimit(in.readRawVarint32());
                    if (!isSound(field.table(), in, path)) {
                        return false;
                    }
                    in.popLimit(limit);
                }
                path.setLength(parent);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
