package io.sextant.perf.shading;

import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.ProgressBars;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sextant bench shading}. */
@Command(name = "shading", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Bids the same values in the same simulated auctions, shaded and not, and says",
    "what that does to surplus, wins, click rate and cost per click. The same seed",
    "gives the same markets."})
public final class ShadingCommand extends SextantCommand {
    @Option(names = "--requests", paramLabel = "N", defaultValue = "100000", description = "Requests of each market. Default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(names = "--markets", paramLabel = "N", defaultValue = "8", description = "Markets, each of its own seed. Default: ${DEFAULT-VALUE}.")
    private int markets;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20260101", description = "Seed of the first market; the others count up from it. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Override
    public Integer call() throws IOException {
        if (requests < 1_000 || markets < 2) {
            throw unusable("--requests is " + requests + " and --markets " + markets
                    + "; there must be at least 1000, and at least 2");
        }
        List<List<ShadingBidder>> runs = new ArrayList<>();
        try (ProgressBar bar = ProgressBars.bar("markets", markets).build()) {
            for (int market = 0; market < markets; market++) {
                runs.add(ShadingMarket.run(seed + market, requests));
                bar.step();
            }
        }
        ShadingReport report = ShadingReport.of(typed(), requests, runs);
        PrintWriter out = out();
        out.println(report.text());
        figures.write(file -> BenchFiles.write(file, report.json()), out);
        out.flush();
        return 0;
    }
}
