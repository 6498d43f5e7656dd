package io.sextant.protocol.openrtb;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random messages of any type in openrtb.proto, by the generated descriptors and not by the codec's tables. Every field
 * of every message turns up; values include the ends of their ranges.
 */
final class Messages {
    private static final int[] INTEGERS = {0, 1, -1, 7, 127, 128, 300, 16_384, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final double[] NUMBERS = {0, -0.0, 1, -1, 0.1, 1e-7, 4.9e-324, 1.7976931348623157e308,
        9007199254740992.0,
        9007199254740994.0, 1e22, -123.456, 0.30000000000000004};
    private static final String[] TEXTS = {"", "a", "\"", "\\", "/", "\u0000", "\u001f\u007f", "\n\t", "é", "€", "😀",
        "\u2028",
        "日本語", "<script>", "{}", "null", "x".repeat(200), "ü".repeat(3000)};
    private static final int DEPTH_MAX = 7;

    private final SplittableRandom random;
    /** Chance that a field is set; thinner further down, so that messages stay small. */
    private final double density;

    Messages(long seed, double density) {
        this.random = new SplittableRandom(seed);
        this.density = density;
    }

    @SuppressWarnings("unchecked")
    <M extends Message> M random(M prototype) {
        return (M) fill(prototype.newBuilderForType(), 0).build();
    }

    private Message.Builder fill(Message.Builder builder, int depth) {
        Descriptor type = builder.getDescriptorForType();
        Set<OneofDescriptor> taken = new HashSet<>();
        for (FieldDescriptor field : type.getFields()) {
            boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            if (random.nextDouble() >= density || (nested && depth >= DEPTH_MAX)) {
                continue;
            }
            OneofDescriptor oneof = field.getRealContainingOneof();
            if (oneof != null && !taken.add(oneof)) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    builder.addRepeatedField(field, value(builder, field, depth));
                }
            } else {
                builder.setField(field, value(builder, field, depth));
            }
        }
        return builder;
    }

    private Object value(Message.Builder parent, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> random.nextBoolean() ? INTEGERS[random.nextInt(INTEGERS.length)] : random.nextInt();
            case BOOLEAN -> random.nextBoolean();
            case DOUBLE -> number();
            case STRING -> field.getName().equals(MessageTable.UNKNOWN_JSON) ? unknownJson() : text();
            case MESSAGE -> field.getMessageType().equals(Value.getDescriptor()) ? freeForm(0)
                    : fill(parent.newBuilderForField(field), depth + 1).build();
            default -> throw new AssertionError(field);
        };
    }

    private double number() {
        return random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextDouble(-1e9, 1e9);
    }

    private String text() {
        String first = TEXTS[random.nextInt(TEXTS.length)];
        return random.nextInt(4) == 0 ? first + TEXTS[random.nextInt(TEXTS.length)] : first;
    }

    /* A longer one is written, and refused where it is read. */
    private String name() {
        String text = text();
        return text.getBytes(UTF_8).length <= Limits.NAME_BYTES_MAX ? text : "x".repeat(Limits.NAME_BYTES_MAX);
    }

    /** Members as a peer may send them, without blanks, which the codec does not keep. */
    private String unknownJson() {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i <= random.nextInt(3); i++) {
            json.append(i == 0 ? "" : ",").append("\"unmodelled").append(i).append("\":");
            appendJson(json, 0);
        }
        return json.append('}').toString();
    }

    private void appendJson(StringBuilder json, int depth) {
        switch (random.nextInt(depth < 3 ? 8 : 6)) {
            case 0 -> json.append("null");
            case 1 -> json.append(random.nextBoolean());
            case 2 -> json.append(random.nextInt()).append(".10");
            case 3 -> json.append("123456789012345678901234567890e-7");
            case 4 -> json.append("\"\\u00e9é\\\" , : {\\\\\"");
            case 5 -> json.append("\"\"");
            case 6 -> {
                json.append('[');
                appendJson(json, depth + 1);
                json.append(',');
                appendJson(json, depth + 1);
                json.append(']');
            }
            default -> {
                json.append("{\"k\":");
                appendJson(json, depth + 1);
                json.append(",\"ext\":");
                appendJson(json, depth + 1);
                json.append('}');
            }
        }
    }

    private Value freeForm(int depth) {
        Value.Builder value = Value.newBuilder();
        return switch (random.nextInt(depth < 3 ? 6 : 4)) {
            // At the top null means absent, as everywhere in OpenRTB.
            case 0 -> depth == 0 ? value.setBoolValue(true).build() : value.setNullValue(NullValue.NULL_VALUE).build();
            case 1 -> value.setBoolValue(random.nextBoolean()).build();
            case 2 -> value.setNumberValue(number()).build();
            case 3 -> value.setStringValue(text()).build();
            case 4 -> value.setStructValue(
                    Struct.newBuilder().putFields(name(), freeForm(depth + 1)).putFields("k", freeForm(depth + 1)))
                    .build();
            default -> value.setListValue(
                    ListValue.newBuilder().addValues(freeForm(depth + 1)).addValues(freeForm(depth + 1))).build();
        };
    }
}
