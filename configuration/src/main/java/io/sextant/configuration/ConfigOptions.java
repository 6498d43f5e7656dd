package io.sextant.configuration;

import io.sextant.configuration.command.MistakeTeller;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The options of every command that reads settings; a picocli mixin. Use one per command, on the thread that runs it.
 */
public final class ConfigOptions {
    /** Exit code for settings that cannot be used. */
    public static final int EXIT_CONFIGURATION = 2;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with settings; what it leaves out keeps its default.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets one key, for example --set kafka.bootstrap-servers=localhost:9092; may be repeated.")
    private final Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--print-config", description = "Prints the settings in force, secrets masked, and exits.")
    private boolean printConfig;

    /**
     * Loads the settings of a process from reference, file, this process's environment and {@code --set}.
     *
     * @throws ConfigurationException if anything is wrong with them
     */
    public <T extends Record> T load(String process, Class<T> type) {
        return load(process, type, Map.of());
    }

    /** What {@code --set} gave, by dotted key. */
    public Map<String, String> overrides() {
        return Map.copyOf(overrides);
    }

    /**
     * The same for a command with options of its own for some keys; {@code --set} comes after them and wins.
     *
     * @param given what such options give, by dotted key
     * @throws ConfigurationException if anything is wrong with the settings
     */
    public <T extends Record> T load(String process, Class<T> type, Map<String, String> given) {
        Map<String, String> all = new LinkedHashMap<>(given);
        all.putAll(overrides);
        return new ConfigurationLoader(process, System.getenv()).load(type, file, all);
    }

    /**
     * Prints the settings in force if that is all that was asked for.
     *
     * @return whether it was: there is nothing more to do then
     */
    public boolean printed(Record config, PrintWriter out) {
        if (printConfig) {
            out.print(ConfigurationLoader.describe(config));
            out.flush();
        }
        return printConfig;
    }

    /**
     * Wraps a command so that a {@link ConfigurationException} is told in its own lines, without a stack trace, and ends
     * with {@link #EXIT_CONFIGURATION}; any other failure is told with its stack trace and ends with 1.
     */
    public static CommandLine commandLine(Object command) {
        return commandLine(command, ConfigurationException.class);
    }

    /**
     * The same for a command with a failure of its own that needs no stack trace.
     *
     * @param told failures that are told in their own words, too; they end with 1
     */
    public static CommandLine commandLine(Object command, Class<? extends Exception> told) {
        return new CommandLine(command).setParameterExceptionHandler(new MistakeTeller())
                .setExecutionExceptionHandler((failure, line, _) -> {
                    PrintWriter err = line.getErr();
                    if (failure instanceof ConfigurationException) {
                        err.println(failure.getMessage());
                        return EXIT_CONFIGURATION;
                    }
                    if (told.isInstance(failure)) {
                        err.println(failure.getMessage());
                    } else {
                        failure.printStackTrace(err);
                    }
                    return line.getCommandSpec().exitCodeOnExecutionException();
                });
    }
}
