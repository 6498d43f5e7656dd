package io.sextant.configuration;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * What a process's reference file says: every key in file order, with its default and its comment. A comment stands in
 * the lines above its key or behind its value. Of a list of groups the first entry describes all; its keys are written
 * {@code arms[].share}.
 *
 * @param process "bidder", "controller" or "trainer"
 * @param keys    all keys but groups
 */
public record ConfigurationReference(String process, List<Key> keys) {
    /**
     * One key.
     *
     * @param path         dotted
     * @param defaultValue as it is written in the reference, lists and maps in one line
     * @param comment      its description; empty if the reference has none
     */
    public record Key(String path, String defaultValue, String comment) {}

    public ConfigurationReference {
        keys = List.copyOf(keys);
    }

    /** Reads the resource {@code /PROCESS-reference.yaml}. */
    public static ConfigurationReference of(String process) {
        Node node = ConfigurationLoader.reference(process).compose(true);
        var keys = new ArrayList<Key>();
        if (node instanceof MappingNode mapping) {
            collect(mapping, "", keys);
        }
        return new ConfigurationReference(process, keys);
    }

    /** Paths of the keys that have no comment; a finished reference has none. */
    public List<String> uncommented() {
        return keys.stream().filter(key -> key.comment().isEmpty()).map(Key::path).toList();
    }

    /** Name of the environment variable that sets the key; empty for keys inside lists. */
    String variable(Key key) {
        return key.path().contains("[]") ? "" : ConfigurationLoader.variable(process, key.path());
    }

    private static void collect(MappingNode mapping, String path, List<Key> keys) {
        for (NodeTuple tuple : mapping.getValue()) {
            Node keyNode = tuple.getKeyNode();
            Node value = tuple.getValueNode();
            String keyPath = SettingsTree.join(path, ((ScalarNode) keyNode).getValue());
            boolean block = value instanceof MappingNode group && group.getFlowStyle() == FlowStyle.BLOCK;
            if (block) {
                collect((MappingNode) value, keyPath, keys);
                continue;
            }
            keys.add(new Key(keyPath, text(value), comment(keyNode, value)));
            if (value instanceof SequenceNode list && !list.getValue().isEmpty()
                    && list.getValue().getFirst() instanceof MappingNode entry
                    && entry.getFlowStyle() == FlowStyle.BLOCK) {
                collect(entry, keyPath + "[]", keys);
            }
        }
    }

    private static String text(Node node) {
        return switch (node) {
            case ScalarNode scalar -> scalar.getValue().isEmpty() ? "\"\"" : scalar.getValue();
            case SequenceNode list -> list.getValue().stream().map(ConfigurationReference::text).toList().toString();
            case MappingNode map -> "{" + String.join(", ", map.getValue().stream()
                    .map(entry -> text(entry.getKeyNode()) + ": " + text(entry.getValueNode())).toList()) + "}";
            default -> throw new IllegalStateException("not a value: " + node);
        };
    }

    private static String comment(Node key, Node value) {
        var text = new StringBuilder();
        append(key.getBlockComments(), text);
        append(key.getInLineComments(), text);
        append(value.getInLineComments(), text);
        return text.toString();
    }

    private static void append(@Nullable List<CommentLine> lines, StringBuilder text) {
        if (lines == null) {
            return;
        }
        for (CommentLine line : lines) {
            if (line.getCommentType() == CommentType.BLANK_LINE) {
                // What stands above a blank line speaks of the whole group and not of this key.
                text.setLength(0);
            } else {
                text.append(text.isEmpty() ? "" : " ").append(line.getValue().strip());
            }
        }
    }
}
