package io.sextant.perf.experiment;

import io.sextant.abtesting.simulation.StatisticsCommand;
import io.sextant.perf.MeasuringCommands;
import io.sextant.perf.estimators.EstimatorsCommand;
import io.sextant.perf.experiment.report.ReportCommand;
import io.sextant.perf.tune.SensitivityCommand;
import io.sextant.perf.tune.TuneCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code ./sextant experiment}: what closed-loop experiments tell, a command each. */
@Command(name = "sextant experiment", mixinStandardHelpOptions = true, version = "sextant experiment 0.1.0", subcommands = {
    RunCommand.class, ReportCommand.class, EstimatorsCommand.class, SensitivityCommand.class, StatisticsCommand.class,
    TuneCommand.class}, description = "Simulates a market whose truth is known, to see whether exploring pays.")
public final class ExperimentMain implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private ExperimentMain() {}

    /** Runs a command; exit code 0 when it came to its end. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, for tests as well. */
    public static CommandLine commandLine() {
        return MeasuringCommands.commandLine(new ExperimentMain());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: "
                + String.join(", ", spec.subcommands().keySet()));
    }
}
