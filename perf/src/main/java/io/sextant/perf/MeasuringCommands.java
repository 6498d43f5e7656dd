package io.sextant.perf;

import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.command.MistakeTeller;
import java.io.IOException;
import picocli.CommandLine;

/** The command lines of what measures. Stateless. */
public final class MeasuringCommands {
    private MeasuringCommands() {}

    /**
     * Wraps a command so that a file that cannot be used and a setting that is wrong are told in their own words, and any other
     * failure with its stack trace.
     */
    public static CommandLine commandLine(Object command) {
        return new CommandLine(command).setParameterExceptionHandler(new MistakeTeller())
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (failure instanceof IOException || failure instanceof ConfigurationException) {
                        line.getErr().println(failure.getMessage());
                    } else {
                        failure.printStackTrace(line.getErr());
                    }
                    return line.getCommandSpec().exitCodeOnExecutionException();
                });
    }
}
