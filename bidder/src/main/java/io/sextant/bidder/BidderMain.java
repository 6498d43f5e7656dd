package io.sextant.bidder;

import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.ConfigurationLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command line of the bidder. */
@Command(name = "sextant bidder", mixinStandardHelpOptions = true, version = "sextant bidder 0.1.0", description = "Answers OpenRTB bid requests and takes their notices.")
public final class BidderMain implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(BidderMain.class);

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--warm-up-only", hidden = true, description = "Starts a bidder with untrained models and invented campaigns, lets it warm up and ends: what the launcher makes its cache of classes and profiles from.")
    private boolean warmUpOnly;

    /** Runs until the JVM is told to end. */
    public static void main(String[] arguments) {
        System.exit(ConfigOptions.commandLine(new BidderMain()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (warmUpOnly) {
            WarmUpRun.run(options.overrides());
            return 0;
        }
        BidderConfig config = options.load("bidder", BidderConfig.class);
        if (options.printed(config, new PrintWriter(System.out, false, System.out.charset()))) {
            return 0;
        }
        LOG.info("settings in force:\n{}", ConfigurationLoader.describe(config));
        var ended = new CountDownLatch(1);
        BidderProcess process;
        try {
            process = BidderProcess.start(config);
        } catch (IllegalStateException e) {
            // Told without a stack trace: the message says what is in the way and what to do.
            System.err.println(e.getMessage());
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
            process.close();
            ended.countDown();
        }));
        LOG.info("bidder is up, port {}, admin port {}", process.port(), process.adminPort());
        ended.await();
        return 0;
    }
}
