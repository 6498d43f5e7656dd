package io.sextant.configuration.command;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells what is wrong with a command line: the mistake in its last words, not above a page of help; where a command has to be
 * chosen, the commands. Stateless.
 */
public final class MistakeTeller implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException mistake, String[] arguments) {
        CommandLine line = mistake.getCommandLine();
        PrintWriter err = line.getErr();
        if (line.getSubcommands().isEmpty()) {
            err.println(mistake.getMessage());
            UnmatchedArgumentException.printSuggestions(mistake, err);
            err.println("Help: ./" + line.getCommandSpec().qualifiedName() + " --help");
        } else {
            line.usage(err);
            err.println();
            err.println(mistake.getMessage());
            UnmatchedArgumentException.printSuggestions(mistake, err);
        }
        err.flush();
        return line.getCommandSpec().exitCodeOnInvalidInput();
    }
}
