package io.sextant.protocol.openrtb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What goes through the codec comes out the same, from either side. */
class CodecRoundTripTest {
    private static final List<Message> ROOTS = List.of(BidRequest.getDefaultInstance(),
            BidResponse.getDefaultInstance(),
            NativeRequest.getDefaultInstance(), NativeResponse.getDefaultInstance());

    private final OpenRtbCodec codec = new OpenRtbCodec();

    @Provide
    Arbitrary<Message> roots() {
        return Arbitraries.of(ROOTS);
    }

    @Property(tries = 600, seed = "1")
    void shouldReadBackEveryMessageThatItWrites(@ForAll("roots") Message root, @ForAll long seed) {
        Message message = new Messages(seed, 0.3).random(root);

        byte[] json = codec.write(message);

        assertThat(codec.read(root, json, 0, json.length)).isEqualTo(message);
        assertThat(JsonTrees.tree(json)).as("a second reader's view").isNotNull();
    }

    @Property(tries = 600, seed = "2")
    void shouldWriteBackEveryJsonThatItReads(@ForAll("roots") Message root, @ForAll long seed) {
        JsonNode tree = new Trees(seed).object(root.getDescriptorForType(), 0);
        byte[] json = JsonTrees.text(tree).getBytes(UTF_8);

        Message message = codec.read(root, json, 0, json.length);

        assertThat(JsonTrees.tree(codec.write(message))).isEqualTo(JsonTrees.tree(json));
        assertThat(message.getUnknownFields().asMap()).isEmpty();
    }

    @Property(tries = 300, seed = "3")
    void shouldReadTheSameFromJsonAndFromProtobuf(@ForAll("roots") Message root, @ForAll long seed) {
        Message message = new Messages(seed, 0.3).random(root);
        byte[] json = codec.write(message);
        byte[] protobuf = message.toByteArray();

        assertThat(codec.read(root, json, 0, json.length))
                .isEqualTo(codec.readProtobuf(root, protobuf, 0, protobuf.length));
    }

    /** Random JSON as a peer would send it: members in random order, flags in both forms, odd ext objects. */
    private static final class Trees {
        private static final double DENSITY = 0.3;
        private static final int DEPTH_MAX = 6;
        private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

        private final SplittableRandom random;

        Trees(long seed) {
            this.random = new SplittableRandom(seed);
        }

        ObjectNode object(Descriptor type, int depth) {
            ObjectNode object = NODES.objectNode();
            Set<OneofDescriptor> taken = new HashSet<>();
            List<FieldDescriptor> fields = type.getFields();
            int start = random.nextInt(fields.size());
            for (int i = 0; i < fields.size(); i++) {
                FieldDescriptor field = fields.get((start + i) % fields.size());
                boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
                OneofDescriptor oneof = field.getRealContainingOneof();
                if (random.nextDouble() >= DENSITY || (nested && depth >= DEPTH_MAX)
                        || field.getName().equals(MessageTable.UNKNOWN_JSON) || (oneof != null && !taken.add(oneof))) {
                    continue;
                }
                String name = field.getName().endsWith("_native") ? field.getName().replace("_native", "")
                        : field.getName();
                object.set(name, field.isRepeated() ? array(field, depth) : value(field, depth));
            }
            if (type.getName().equals("Ext")) {
                object.set("zz" + random.nextInt(5), free(0));
                object.putNull("nothing");
            }
            return object;
        }

        private ArrayNode array(FieldDescriptor field, int depth) {
            ArrayNode array = NODES.arrayNode();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                array.add(value(field, depth));
            }
            return array;
        }

        private JsonNode value(FieldDescriptor field, int depth) {
            return switch (field.getJavaType()) {
                case INT -> NODES.numberNode(random.nextInt() >> random.nextInt(32));
                case BOOLEAN -> random.nextBoolean() ? NODES.booleanNode(random.nextBoolean())
                        : NODES.numberNode(random.nextInt(2));
                case DOUBLE -> NODES.numberNode(BigDecimal.valueOf(random.nextLong(1_000_000_000L), random.nextInt(8)));
                case STRING -> NODES.textNode("t\u00e9\ud83d\ude00\"\\\n" + random.nextInt());
                case MESSAGE -> field.getMessageType().getFullName().equals("google.protobuf.Value") ? free(1)
                        : object(field.getMessageType(), depth + 1);
                default -> throw new AssertionError(field);
            };
        }

        /** Free JSON; numbers that a double holds, as google.protobuf.Value has no others, and no flags in it. */
        private JsonNode free(int depth) {
            return switch (random.nextInt(depth < 3 ? 4 : 2)) {
                case 0 -> NODES.numberNode(random.nextInt());
                case 1 -> NODES.textNode("s" + random.nextInt());
                case 2 -> NODES.arrayNode().add(free(depth + 1)).add(free(depth + 1));
                default -> NODES.objectNode().set("m", free(depth + 1));
            };
        }
    }
}
