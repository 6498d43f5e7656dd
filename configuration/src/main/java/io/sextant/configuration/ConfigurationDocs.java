package io.sextant.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings' documentation, made from the reference files: {@code docs/configuration.md} is {@link #render} of all
 * processes, and a test that asks for {@link #differences} keeps it so.
 */
public final class ConfigurationDocs {
    private ConfigurationDocs() {}

    /** The whole page in Markdown, one table for each process. */
    public static String render(List<String> processes) {
        var page = new StringBuilder(
                """
                        # Configuration

                        Every process reads, in this order, later ones winning: its reference file (the defaults below), the YAML file given
                        with `--config FILE`, environment variables, and `--set KEY=VALUE` from the command line. `--print-config` prints the
                        result. Groups of keys are merged; a list or a map replaces the earlier one whole. Entries of a list are named
                        `arms[0].share` with `--set`. A key that is unknown, of the wrong type or out of range stops the start with one line
                        that names place, key, value and what would be right, and exit code 2.

                        Durations are a whole number and a unit: `200ms`, `5s`, `10m`, `1h`, `7d`. This page is made from the reference files.
                        """);
        for (String process : processes) {
            ConfigurationReference reference = ConfigurationReference.of(process);
            page.append("\n## ").append(process).append("\n\n");
            page.append("Reference: `").append(process).append("-reference.yaml`. Environment: `")
                    .append(ConfigurationLoader.variable(process, ""))
                    .append("` and the key in capitals, dots and dashes as ")
                    .append("underscores.\n\n| Key | Default | Meaning |\n|---|---|---|\n");
            for (ConfigurationReference.Key key : reference.keys()) {
                page.append("| `").append(cell(key.path())).append("` | `").append(cell(key.defaultValue()))
                        .append("` | ").append(cell(key.comment())).append(" |\n");
            }
        }
        return page.toString();
    }

    /**
     * What is wrong with a page and the references behind it; empty if nothing is.
     *
     * @param page text of {@code docs/configuration.md}
     */
    public static List<String> differences(String page, List<String> processes) {
        var found = new ArrayList<String>();
        for (String process : processes) {
            ConfigurationReference.of(process).uncommented()
                    .forEach(key -> found.add(process + "-reference.yaml: " + key + ": has no comment"));
        }
        List<String> written = page.lines().toList();
        List<String> right = render(processes).lines().toList();
        right.stream().filter(line -> !written.contains(line)).forEach(line -> found.add("missing: " + line));
        written.stream().filter(line -> !right.contains(line)).forEach(line -> found.add("not so: " + line));
        if (found.isEmpty() && !written.equals(right)) {
            found.add("the lines stand in another order");
        }
        return found;
    }

    /**
     * Writes the page.
     *
     * @param arguments file to write, then the processes
     */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Files.writeString(file, render(List.of(arguments).subList(1, arguments.length)));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
