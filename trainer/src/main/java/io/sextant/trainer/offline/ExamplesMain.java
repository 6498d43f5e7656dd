package io.sextant.trainer.offline;

import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.data.DataException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Copies an arm's labelled impressions from Kafka to a file. */
@Command(name = "sextant examples", mixinStandardHelpOptions = true, version = "sextant examples 0.1.0", sortOptions = false, description = {
    "Copies an arm's labelled impressions from Kafka to a file that ./sextant train and ./sextant evaluate read. Takes what is",
    "there and waits for nothing; reads beside the trainer without getting in its way."})
public final class ExamplesMain extends SextantCommand {
    @Option(names = "--arm", paramLabel = "NAME", description = "The arm.")
    private @Nullable String arm;

    @Option(names = "--out", paramLabel = "FILE", description = "Where they go, for example control.examples.gz.")
    private @Nullable Path out;

    @Option(names = "--limit", paramLabel = "N", description = "Examples at most, the oldest. Default: all.")
    private long limit = Long.MAX_VALUE;

    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    private ExamplesMain() {}

    /** Copies; exit code 1 when Kafka cannot be read, 2 for wrong options. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return ConfigOptions.commandLine(new ExamplesMain(), DataException.class);
    }

    @Override
    public Integer call() throws DataException, IOException {
        PrintWriter print = out();
        TrainerConfig config = options.load("trainer", TrainerConfig.class);
        if (options.printed(config, print)) {
            return 0;
        }
        if (arm == null || out == null) {
            throw unusable("--arm and --out are needed, for example --arm control --out control.examples.gz");
        }
        refuse(limit < 1, "--limit", limit, "1 or more");
        long copied = new ExampleDump(config.kafka(), arm, limit).write(out);
        print.printf(Locale.ROOT, "%,d examples of arm %s: %s%n", copied, arm, out);
        if (copied == 0) {
            print.printf(Locale.ROOT,
                    "There is none of arm %s on the topic; the trainer's settings have the arms %s.%n",
                    arm, config.arms());
        }
        print.flush();
        return 0;
    }
}
