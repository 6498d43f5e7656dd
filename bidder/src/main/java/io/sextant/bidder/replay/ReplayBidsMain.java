package io.sextant.bidder.replay;

import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Computes every decision in a directory of decisions again, and compares every bit. */
@Command(name = "sextant replay-bids", mixinStandardHelpOptions = true, version = "sextant replay-bids 0.1.0", sortOptions = false, description = {
    "Recomputes every decision that a bidder has logged (replay.dir in its settings, or sextant demo --bids DIR) from request,",
    "model, catalogue, modifier table, budgets and settings, and compares it bit for bit with what was logged.",
    "Ends with 0 if everything came out the same, with 1 if not, or if something needed for it is missing."})
public final class ReplayBidsMain extends SextantCommand {
    private static final int EXIT_MISMATCH = 1;
    private static final long BYTES_PER_KB = 1_000;

    @Option(names = "--log", paramLabel = "DIR", required = true, description = "The directory of decisions.")
    private Path log;

    @Option(names = "--show", paramLabel = "N", defaultValue = "20", description = "Mismatches that are printed at most. Default: ${DEFAULT-VALUE}.")
    private int show;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @SuppressWarnings("NullAway.Init")
    private ReplayBidsMain() {}

    /** Replays a directory; exit code 0 when every decision came out the same. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return ConfigOptions.commandLine(new ReplayBidsMain());
    }

    @Override
    public Integer call() throws IOException {
        refuse(!Files.isDirectory(log.resolve("bids")), "--log", log,
                "a directory of decisions: one that a bidder with replay.dir, or sextant demo --bids, wrote");
        refuse(show < 0, "--show", show, "0 or more");
        PrintWriter out = out();
        var directory = new DecisionDirectory(log);
        List<String> shown = new ArrayList<>();
        ReplayReport report;
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("replay-bids").setInitialMax(bytes(directory))
                .setStyle(ProgressBarStyle.ASCII).setUnit(" kB", BYTES_PER_KB).build()) {
            report = new DecisionReplay(directory, line -> {
                if (shown.size() < show) {
                    shown.add(line);
                }
            }, bar::stepTo).run(typed());
        }
        shown.forEach(out::println);
        if (report.mismatches() > shown.size()) {
            out.println("... and " + (report.mismatches() - shown.size()) + " more; --show N shows them");
        }
        out.println(report.text());
        figures.write(report::write, out);
        out.flush();
        return report.good() ? 0 : EXIT_MISMATCH;
    }

    private static long bytes(DecisionDirectory directory) throws IOException {
        long bytes = 0;
        for (Path segment : directory.segments()) {
            bytes += Files.size(segment);
        }
        return bytes;
    }
}
