package io.sextant.trainer;

import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.command.SextantCommand;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Command line of the trainer. */
@Command(name = "sextant trainer", mixinStandardHelpOptions = true, version = "sextant trainer 0.1.0", description = "Trains one model an arm on what that arm bought, and publishes its versions.")
public final class TrainerMain extends SextantCommand {
    private static final Logger LOG = LoggerFactory.getLogger(TrainerMain.class);

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    /** Runs until the JVM is told to end. */
    public static void main(String[] arguments) {
        System.exit(ConfigOptions.commandLine(new TrainerMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        TrainerConfig config = options.load("trainer", TrainerConfig.class);
        if (options.printed(config, out())) {
            return 0;
        }
        LOG.info("settings in force:\n{}", ConfigurationLoader.describe(config));
        var ended = new CountDownLatch(1);
        TrainerProcess process;
        try {
            process = TrainerProcess.start(config);
        } catch (IllegalStateException e) {
            // Told without a stack trace: the message says what is in the way and what to do.
            err().println(e.getMessage());
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
            process.close();
            ended.countDown();
        }));
        LOG.info("trainer of {} is up, admin port {}", config.arms(), process.adminPort());
        ended.await();
        return 0;
    }
}
