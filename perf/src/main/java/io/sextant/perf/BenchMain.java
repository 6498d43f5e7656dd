package io.sextant.perf;

import io.sextant.perf.capacity.CapacityCommand;
import io.sextant.perf.controller.ControllerCommand;
import io.sextant.perf.engine.EngineCommand;
import io.sextant.perf.latency.LatencyCommand;
import io.sextant.perf.learning.LearningCommand;
import io.sextant.perf.loop.MarketCommand;
import io.sextant.perf.pacing.PacingCommand;
import io.sextant.perf.shading.ShadingCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sextant bench}: everything that measures, a command each. */
@Command(name = "sextant bench", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", subcommands = {
    EngineCommand.class,
    ControllerCommand.class,
    LearningCommand.class,
    CapacityCommand.class,
    LatencyCommand.class,
    MarketCommand.class,
    ShadingCommand.class,
    PacingCommand.class}, description = "Measures speed, allocation and parity, and compares them with targets.")
public final class BenchMain implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private BenchMain() {}

    /** Runs a benchmark; exit code 0 when it could be run and its checks held. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return MeasuringCommands.commandLine(new BenchMain());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "say what to measure: engine, controller, learning, latency, "
                        + "market, shading or pacing; or capacity, which works out a fleet");
    }
}
