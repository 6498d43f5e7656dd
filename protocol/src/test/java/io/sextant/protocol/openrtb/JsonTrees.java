package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * JSON read by a second parser, jackson-databind, so that two texts can be compared by meaning: numbers by value, true
 * as 1 and false as 0, members in any order, null the same as absent.
 */
final class JsonTrees {
    static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonTrees() {}

    static JsonNode tree(byte[] json) {
        try {
            return canonical(MAPPER.readTree(json));
        } catch (IOException e) {
            throw new AssertionError(new String(json, StandardCharsets.UTF_8), e);
        }
    }

    static JsonNode tree(String json) {
        return tree(json.getBytes(StandardCharsets.UTF_8));
    }

    static String text(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode canonical(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().stream().filter(member -> !member.getValue().isNull())
                        .forEach(member -> copy.set(member.getKey(), canonical(member.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> copy.add(canonical(element)));
                yield copy;
            }
            default -> scalar(node);
        };
    }

    private static JsonNode scalar(JsonNode node) {
        if (node.isBoolean()) {
            return DecimalNode.valueOf(node.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO);
        }
        if (!node.isNumber()) {
            return node;
        }
        BigDecimal value = node.decimalValue();
        return DecimalNode.valueOf(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
    }
}
