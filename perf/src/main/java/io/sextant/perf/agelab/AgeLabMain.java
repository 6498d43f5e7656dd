package io.sextant.perf.agelab;

import io.sextant.perf.MeasuringCommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sextant age-lab}: whether adversarial-gradient exploration does what the paper says, a command for each question. */
@Command(name = "sextant age-lab", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", subcommands = {
    LabRunCommand.class, TuneStrengthsCommand.class, ReplayCommand.class, CoatCommand.class, OpenBanditCommand.class,
    TheoremCommand.class}, description = "Holds exploration policies against each other: in a synthetic world, and on logs.")
public final class AgeLabMain implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private AgeLabMain() {}

    /** Runs a command; exit code 0 when it came to its end. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, for tests as well. */
    public static CommandLine commandLine() {
        return MeasuringCommands.commandLine(new AgeLabMain());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: "
                + String.join(", ", spec.subcommands().keySet()));
    }
}
