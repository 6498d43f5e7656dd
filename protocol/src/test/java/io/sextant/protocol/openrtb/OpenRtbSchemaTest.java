package io.sextant.protocol.openrtb;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Oracle: the table of the standard's fields, kept beside this test. */
class OpenRtbSchemaTest {
    private static final int FIELDS = 590;
    private static final String PACKAGE = "sextant.openrtb.";
    private static final List<Descriptor> TYPES = new ArrayList<>();

    static {
        OpenRtbProto.getDescriptor().getMessageTypes().forEach(type -> addTypes(type, TYPES));
    }

    @Test
    void shouldHaveTheStandardsFieldsAndNoOthers() throws IOException {
        List<String> expected = expectedRows();
        List<String> actual = new ArrayList<>();

        OpenRtbProto.getDescriptor().getMessageTypes().forEach(type -> addRows(type, actual));

        assertThat(expected).hasSize(FIELDS);
        assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void shouldKeepUnmodelledMembersInEveryExtMessageAndNowhereElse() {
        List<Descriptor> keeping = TYPES.stream().filter(type -> type.findFieldByName("unknown_json") != null).toList();

        assertThat(keeping).hasSize(59).containsExactlyInAnyOrderElementsOf(
                TYPES.stream().filter(type -> type.getName().equals("Ext")).toList());
        assertThat(keeping)
                .allSatisfy(type -> assertThat(type.findFieldByName("unknown_json").getNumber()).isEqualTo(15000));
    }

    @Test
    void shouldHaveATableForEveryMessage() {
        assertThat(TYPES).allSatisfy(type -> {
            MessageTable table = MessageTable.of(type);
            for (FieldDescriptor field : type.getFields()) {
                if (!field.getName().equals("unknown_json")) {
                    assertThat(Objects.requireNonNull(table.byName(field.getName())).number())
                            .isEqualTo(field.getNumber());
                    assertThat(Objects.requireNonNull(table.byNumber(field.getNumber())).name())
                            .isEqualTo(field.getName());
                }
            }
        });
    }

    private static List<String> expectedRows() throws IOException {
        try (InputStream stream = Objects
                .requireNonNull(OpenRtbSchemaTest.class.getResourceAsStream("/openrtb/openrtb26-fields.tsv"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines().skip(1).map(OpenRtbSchemaTest::normalised).toList();
        }
    }

    /** The table writes type names with and without leading dot, and a default of zero as 0 and as 0.0. */
    private static String normalised(String row) {
        String[] cells = row.split("\t", -1);
        cells[4] = resolved(cells[0], cells[4]);
        cells[5] = cells[4].equals("double") && !cells[5].isEmpty() ? Double.toString(Double.parseDouble(cells[5]))
                : cells[5];
        return String.join("\t", cells);
    }

    /** A type name means the message of that name in the innermost scope around the field that has one. */
    private static String resolved(String message, String typeName) {
        String scope = PACKAGE + message;
        while (!scope.isEmpty()) {
            String candidate = scope + "." + typeName;
            if (TYPES.stream().anyMatch(type -> type.getFullName().equals(candidate))) {
                return candidate;
            }
            scope = scope.contains(".") ? scope.substring(0, scope.lastIndexOf('.')) : "";
        }
        return typeName.startsWith(".") ? typeName.substring(1) : typeName;
    }

    private static void addTypes(Descriptor type, List<Descriptor> types) {
        types.add(type);
        type.getNestedTypes().forEach(nested -> addTypes(nested, types));
    }

    private static void addRows(Descriptor type, List<String> rows) {
        for (FieldDescriptor field : type.getFields()) {
            if (!field.getName().equals("unknown_json")) {
                rows.add(String.join("\t", messageName(type), field.getName(), Integer.toString(field.getNumber()),
                        label(field), typeName(field), defaultOf(field)));
            }
        }
        type.getNestedTypes().forEach(nested -> addRows(nested, rows));
    }

    private static String messageName(Descriptor type) {
        return type.getFullName().substring(PACKAGE.length());
    }

    private static String label(FieldDescriptor field) {
        OneofDescriptor oneof = field.getRealContainingOneof();
        if (oneof != null) {
            return "oneof " + oneof.getName();
        }
        return field.isRepeated() ? "repeated" : "singular";
    }

    private static String typeName(FieldDescriptor field) {
        if (field.getType() != FieldDescriptor.Type.MESSAGE) {
            return field.getType().name().toLowerCase(Locale.ROOT);
        }
        return field.getMessageType().getFullName();
    }

    private static String defaultOf(FieldDescriptor field) {
        if (!field.hasDefaultValue()) {
            return "";
        }
        String value = field.getDefaultValue().toString();
        return field.getType() == FieldDescriptor.Type.STRING ? '"' + value + '"' : value;
    }
}
