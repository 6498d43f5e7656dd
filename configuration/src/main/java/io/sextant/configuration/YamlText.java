package io.sextant.configuration;

import java.io.StringReader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * A YAML text and what it is called in messages.
 *
 * @param name  file, resource, environment variable or option
 * @param lines whether the name is worth a line number
 * @param text  the YAML
 */
record YamlText(String name, boolean lines, String text) {

    /**
     * The text as a tree of nodes that know their lines; null if there is nothing in it.
     *
     * @param comments whether nodes carry their comments; the parser does not take a comment in every place then
     * @throws ConfigurationException if it is not YAML, naming line and column
     */
    @Nullable
    Node compose(boolean comments) {
        var options = new LoaderOptions();
        options.setProcessComments(comments);
        try {
            return new Yaml(options).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            String place = !lines || mark == null ? name
                    : name + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
            throw new ConfigurationException(place + ": not YAML: " + oneLine(e.getProblem()));
        } catch (YAMLException e) {
            throw new ConfigurationException(name + ": not YAML: " + oneLine(String.valueOf(e.getMessage())));
        }
    }

    /** The place of a node, for messages. */
    String at(Node node) {
        return lines ? name + ":" + (node.getStartMark().getLine() + 1) : name;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
