package io.sextant.configuration.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command of {@code ./sextant}: where it prints, how it was called, how it refuses what it was called with. */
public abstract class SextantCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** Picocli fills the fields. */
    @SuppressWarnings("NullAway.Init")
    protected SextantCommand() {}

    /** Where results go. */
    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where complaints go. */
    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** What was typed behind {@code ./sextant} and the outermost command's name. */
    protected final String arguments() {
        return String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    /** The whole command as it was typed, for those who want the same figures again. */
    protected final String typed() {
        return ("./" + spec.root().name() + " " + arguments()).strip();
    }

    /**
     * Refuses an option's value.
     *
     * @param wrong whether it is to be refused
     * @param right what it must be
     * @throws ParameterException if so
     */
    protected final void refuse(boolean wrong, String option, @Nullable Object value, String right) {
        if (wrong) {
            throw unusable(option + " is " + value + ", must be " + right);
        }
    }

    /** To be thrown for a command line that cannot be used. */
    protected final ParameterException unusable(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    /** To be thrown for a command line that cannot be used, in the words of what found it out. */
    protected final ParameterException unusable(String problem, Throwable cause) {
        return new ParameterException(spec.commandLine(), problem, cause);
    }
}
