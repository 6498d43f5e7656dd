package io.sextant.perf.agelab;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.agelab.log.YahooLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant age-lab replay}. */
@Command(name = "replay", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Replays Yahoo!'s R6B log, as the paper did: an event counts, and is learned from, only if",
    "the policy's first article is the one that was displayed. The log is given out by Yahoo!",
    "to those who have signed its agreement; point at its files in the order of their days."})
final class ReplayCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment whose settings, seeds and warm start hold; without it, the reference.")
    private @Nullable Path file;

    @Option(names = "--log", paramLabel = "FILE", required = true, description = "A file of the log, plain or compressed with gzip; repeatable.")
    private List<Path> logs = new ArrayList<>();

    @Option(names = "--row", paramLabel = "NAME", description = "Setting to use; the last one if not given.")
    private @Nullable String row;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "5", description = "Runs a policy; ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--articles", paramLabel = "N", defaultValue = "1000", description = "Different articles to make room for; ${DEFAULT-VALUE}.")
    private int articles;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting, for example tables=[1,2,3]; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes every run to this file.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgeLabConfig config = AgeLab.load(file, settings);
        AgeLabConfig.RowConfig setting = row == null ? config.rows().getLast() : config.row(row);
        var replay = new LogReplay(config, ItemCatalogue.multiHot(YahooLog.FEATURES, articles), YahooLog::newRound,
                () -> new YahooLog(logs, articles), config.events().warmStart());
        List<PolicyRun> runs = new ArrayList<>();
        try (LabRunCommand.Bar bar = new LabRunCommand.Bar()) {
            bar.expect("events", -1);
            for (double share : config.shares()) {
                runs.addAll(replay.run(setting, LabText.policies(config), seeds, share, bar::done));
            }
        }
        PrintWriter out = out();
        for (double share : config.shares()) {
            out.println(LabText.replay("R6B, setting " + setting.name(), runs, setting.name(), share));
        }
        BenchFiles.write("runs", json, LabFiles.json(runs), out);
        out.flush();
        return 0;
    }
}
