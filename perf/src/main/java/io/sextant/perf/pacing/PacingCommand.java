package io.sextant.perf.pacing;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.spending.BudgetConfig;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.LedgerConfig;
import io.sextant.fixtures.pricelog.PriceLog;
import io.sextant.fixtures.pricelog.PriceLogException;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sextant bench pacing}. */
@Command(name = "pacing", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Spends budgets of several sizes over simulated days in recorded traffic, with",
    "the controller's ledger and the bidders' purses, and says how far spend was from",
    "its plan at every hour. The same seed gives the same days."})
public final class PacingCommand extends SextantCommand {
    /** Wins about half of the auctions. */
    private static final double BID_QUANTILE = 0.5;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Directory of a price log with hours, such as ipinyou-sam-1458: every file whose name has .txt in it, plain or gzip.")
    private @Nullable Path data;

    @Option(names = "--days", paramLabel = "N", defaultValue = "6", description = "Days of each account. Default: ${DEFAULT-VALUE}.")
    private int days;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20260101", description = "Seed of all that is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Override
    public Integer call() throws IOException {
        if (days < 2) {
            throw unusable("--days is " + days + "; there must be at least 2");
        }
        HourlyTraffic traffic = traffic();
        LedgerConfig ledger = new ConfigurationLoader("controller", Map.of())
                .load(ControllerConfig.class, null, Map.of()).ledger();
        BudgetConfig budget = budget();
        List<PacingCase> cases = PacingCase.all(traffic, traffic.quantile(BID_QUANTILE));
        List<List<PacedDay>> paced = new ArrayList<>();
        try (ProgressBar bar = ProgressBars.bar("accounts", cases.size()).build()) {
            for (PacingCase each : cases) {
                paced.add(new PacingRun(each, traffic, ledger, budget, seed).run(days));
                bar.step();
            }
        }
        PacingReport report = PacingReport.of(typed(), seed, cases, paced);
        PrintWriter out = out();
        out.println(report.text());
        figures.write(file -> BenchFiles.write(file, report.json()), out);
        out.flush();
        return 0;
    }

    /** The reference's, with room for the open bids of one account, which are swept one by one. */
    static BudgetConfig budget() {
        return new ConfigurationLoader("bidder", Map.of())
                .load(BidderConfig.class, null, Map.of("budget.open-bids-max", "8192")).budget();
    }

    private HourlyTraffic traffic() throws IOException {
        Path directory = data;
        if (directory == null || !Files.isDirectory(directory)) {
            throw unusable("--data " + directory + ": there is no such directory");
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(file -> String.valueOf(file.getFileName()).contains(".txt")).sorted().toList();
        }
        List<PriceLog> logs = new ArrayList<>();
        try {
            for (Path file : files) {
                logs.add(PriceLog.read(file));
            }
            return HourlyTraffic.of(logs);
        } catch (PriceLogException | IllegalArgumentException e) {
            throw unusable("--data " + directory + ": " + e.getMessage(), e);
        }
    }
}
