package io.sextant.perf.agelab;

import io.sextant.abtesting.policy.LoggedDecisions;
import io.sextant.abtesting.policy.OpenBanditReader;
import io.sextant.abtesting.policy.PolicyLogException;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.agelab.log.OpenBanditLog;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant age-lab open-bandit}. */
@Command(name = "open-bandit", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Replays a log of uniform choice in the form of the Open Bandit data. With 10,000 events",
    "and 34 items some 294 count for a policy, and one or two of them are clicked: this shows",
    "that the way from a log to a figure works. It ranks nothing."})
final class OpenBanditCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment whose settings and seeds hold; without it, the reference.")
    private @Nullable Path file;

    @Option(names = "--log", paramLabel = "FILE", required = true, description = "random.csv, plain or compressed with gzip.")
    private Path log;

    @Option(names = "--row", paramLabel = "NAME", description = "Setting to use; the last one if not given.")
    private @Nullable String row;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "2", description = "Runs a policy; ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    OpenBanditCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgeLabConfig config = AgeLab.load(file, settings);
        AgeLabConfig.RowConfig setting = row == null ? config.rows().getLast() : config.row(row);
        LoggedDecisions decisions;
        try {
            decisions = OpenBanditReader.read(log);
        } catch (PolicyLogException e) {
            throw new IOException(e.getMessage(), e);
        }
        int[] values = OpenBanditLog.userValues(decisions);
        int items = decisions.actionNames().size();
        var catalogue = new ItemCatalogue(values, Collections.nCopies(items, new int[0]));
        // Nothing is known before: matches are too few to give any away.
        var replay = new LogReplay(config, catalogue, () -> new Round(values.length, items),
                () -> new OpenBanditLog(decisions), 0);
        List<PolicyRun> runs;
        try (LabRunCommand.Bar bar = new LabRunCommand.Bar()) {
            List<LabPolicy> policies = LabText.policies(config);
            bar.expect("events", (long) decisions.size() * policies.size() * seeds);
            runs = replay.run(setting, policies, seeds, 1, bar::done);
        }
        PrintWriter out = out();
        out.println(LabText.matches(log.getFileName() + ": " + decisions.size() + " events, " + decisions.rewards()
                + " clicks. Too few matches to rank anything.", runs));
        out.flush();
        return 0;
    }
}
