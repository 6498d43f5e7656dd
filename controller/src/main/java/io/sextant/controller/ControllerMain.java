package io.sextant.controller;

import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.command.SextantCommand;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The controller as a process of its own; runs until it is asked to stop, then commits and leaves its work to others. */
@Command(name = "sextant controller", mixinStandardHelpOptions = true, version = "Sextant controller 0.1.0", description = "Turns events into modifiers, training examples and metrics.")
public final class ControllerMain extends SextantCommand {
    @Mixin
    private ConfigOptions options = new ConfigOptions();

    private ControllerMain() {}

    /** Runs until the JVM is asked to end. */
    public static void main(String[] args) {
        int exitCode = ConfigOptions.commandLine(new ControllerMain()).execute(args);
        // Without an exit code of its own the JVM ends by the signal that stopped it.
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        ControllerConfig config = options.load("controller", ControllerConfig.class);
        PrintWriter out = out();
        if (options.printed(config, out)) {
            return 0;
        }
        ControllerProcess process = start(config);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            process.close();
            stopped.countDown();
        }));
        out.println("controller: admin port " + process.adminPort() + ", Kafka " + config.kafka().bootstrapServers());
        out.flush();
        stopped.await();
        return 0;
    }

    private static ControllerProcess start(ControllerConfig config) throws InterruptedException {
        try {
            return ControllerProcess.start(config);
        } catch (IllegalStateException e) {
            // Nothing to look for in a stack trace: the message names the setting and the remedy.
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
