package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Value;
import com.google.protobuf.WireFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one message, by JSON name and by protobuf number. Immutable, built once per schema, shared by all
 * codecs.
 */
final class MessageTable {
    /** Member that keeps what an Ext message does not model. */
    static final String UNKNOWN_JSON = "unknown_json";

    /** Suffix of the object form of a member that may be a string or an object: adm and adm_native. */
    private static final String OBJECT_FORM_SUFFIX = "_native";

    private static final Map<Descriptor, MessageTable> TABLES = build();

    private final String fullName;
    private final WireField[] fields;
    /** Open addressing on the name's hash code; a power of two, at most half full. */
    private final @Nullable WireField[] byName;
    private final @Nullable WireField[] byNumber;
    private final int unknownJsonTag;
    private final boolean nativeRoot;

    private MessageTable(Descriptor type, List<WireField> fields) {
        this.fullName = type.getFullName();
        this.fields = fields.toArray(WireField[]::new);
        this.byName = new @Nullable WireField[Math.max(2, Integer.highestOneBit(Math.max(1, fields.size())) * 4)];
        this.byNumber = new @Nullable WireField[1 + fields.stream().mapToInt(WireField::number).max().orElse(0)];
        for (WireField field : fields) {
            byName[slotOf(field.name())] = field;
            byNumber[field.number()] = field;
        }
        FieldDescriptor unknownJson = type.findFieldByName(UNKNOWN_JSON);
        this.unknownJsonTag = unknownJson == null ? 0
                : unknownJson.getNumber() << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
        this.nativeRoot = type.equals(NativeRequest.getDescriptor()) || type.equals(NativeResponse.getDescriptor());
    }

    /**
     * The table of a message type.
     *
     * @throws IllegalArgumentException if the type does not belong to openrtb.proto
     */
    static MessageTable of(Descriptor type) {
        MessageTable table = TABLES.get(type);
        if (table == null) {
            throw new IllegalArgumentException(type.getFullName() + " is no message of openrtb.proto");
        }
        return table;
    }

    /** The field that JSON calls {@code name}, or null. */
    @Nullable
    WireField byName(String name) {
        return byName[slotOf(name)];
    }

    /** The field with this number, or null. unknown_json is not among them. */
    @Nullable
    WireField byNumber(int number) {
        return number < byNumber.length ? byNumber[number] : null;
    }

    /** Tag of the field that keeps unmodelled members; 0 unless this is an Ext message. */
    int unknownJsonTag() {
        return unknownJsonTag;
    }

    /** Whether this is an Ext message, whose unmodelled members are kept. */
    boolean isExt() {
        return unknownJsonTag != 0;
    }

    /** Whether older peers wrap this message into an object with the one member {@code native}. */
    boolean isNativeRoot() {
        return nativeRoot;
    }

    /** Names of the fields whose bits are set. For error messages. */
    String names(long bits) {
        StringBuilder names = new StringBuilder();
        for (WireField field : fields) {
            if ((field.bit() & bits) != 0) {
                names.append(names.isEmpty() ? "" : ", ").append(field.name());
            }
        }
        return names.toString();
    }

    @Override
    public String toString() {
        return fullName;
    }

    private int slotOf(String name) {
        int hash = name.hashCode() * 0x9E3779B9;
        int slot = (hash ^ hash >>> 16) & byName.length - 1;
        while (true) {
            WireField field = byName[slot];
            if (field == null || field.name().equals(name)) {
                return slot;
            }
            slot = slot + 1 & byName.length - 1;
        }
    }

    private static Map<Descriptor, MessageTable> build() {
        Map<Descriptor, MessageTable> tables = new HashMap<>();
        for (Descriptor type : OpenRtbProto.getDescriptor().getMessageTypes()) {
            add(type, tables);
        }
        return Map.copyOf(tables);
    }

    private static void add(Descriptor type, Map<Descriptor, MessageTable> tables) {
        tableOf(type, tables);
        for (Descriptor nested : type.getNestedTypes()) {
            add(nested, tables);
        }
    }

    /** Nested tables first: the schema has no message that contains itself. */
    private static MessageTable tableOf(Descriptor type, Map<Descriptor, MessageTable> tables) {
        MessageTable known = tables.get(type);
        if (known != null) {
            return known;
        }
        Map<String, WireField> objectForms = new HashMap<>();
        List<WireField> fields = new ArrayList<>();
        List<FieldDescriptor> descriptors = type.getFields();
        if (descriptors.size() > Long.SIZE) {
            throw new IllegalStateException(type.getFullName() + " has more fields than a long has bits");
        }
        // Backwards, so that adm_native exists before adm refers to it.
        for (int i = descriptors.size() - 1; i >= 0; i--) {
            FieldDescriptor descriptor = descriptors.get(i);
            String name = descriptor.getName();
            if (name.equals(UNKNOWN_JSON)) {
                continue;
            }
            String stringForm = stringForm(descriptor);
            WireField.Kind kind = kindOf(descriptor);
            WireField field = new WireField(name, new SerializedString(stringForm == null ? name : stringForm),
                    descriptor.getNumber(), kind, descriptor.isRepeated(),
                    kind == WireField.Kind.MESSAGE ? tableOf(descriptor.getMessageType(), tables) : null, 1L << i,
                    exclusive(descriptor), objectForms.get(name));
            if (stringForm != null) {
                objectForms.put(stringForm, field);
            }
            fields.addFirst(field);
        }
        MessageTable table = new MessageTable(type, fields);
        tables.put(type, table);
        return table;
    }

    /** The name of the string member whose object form this field is, or null. */
    private static @Nullable String stringForm(FieldDescriptor field) {
        if (!field.getName().endsWith(OBJECT_FORM_SUFFIX)) {
            return null;
        }
        String name = field.getName().substring(0, field.getName().length() - OBJECT_FORM_SUFFIX.length());
        return field.getContainingType().findFieldByName(name) == null ? null : name;
    }

    private static long exclusive(FieldDescriptor field) {
        OneofDescriptor oneof = field.getRealContainingOneof();
        if (oneof == null) {
            return 0;
        }
        long bits = 0;
        for (FieldDescriptor member : oneof.getFields()) {
            bits |= member.equals(field) ? 0 : 1L << member.getIndex();
        }
        return bits;
    }

    private static WireField.Kind kindOf(FieldDescriptor field) {
        return switch (field.getType()) {
            case INT32 -> WireField.Kind.INT32;
            case BOOL -> WireField.Kind.BOOL;
            case DOUBLE -> WireField.Kind.DOUBLE;
            case STRING -> WireField.Kind.STRING;
            case MESSAGE ->
                field.getMessageType().equals(Value.getDescriptor()) ? WireField.Kind.VALUE : WireField.Kind.MESSAGE;
            default ->
                throw new IllegalStateException(field.getFullName() + " has a type that the codec does not know");
        };
    }
}
