package io.sextant.perf.loop;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.controller.ControllerConfig;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.Picture;
import io.sextant.perf.ProgressBars;
import io.sextant.perf.engine.Machine;
import io.sextant.trainer.TrainerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.internal.chartpart.Chart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./sextant bench market}. */
@Command(name = "market", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Bids in a simulated market whose click probabilities are known, on a clock of",
    "its own: the bidder's pipeline, attribution and a trainer for each arm, each of",
    "which learns from what its arm bought and bids with what it learned. No HTTP,",
    "no Kafka. Says how near the models come to the truth; exit code 1 if not near",
    "enough. The same seed gives the same run."})
public final class MarketCommand extends SextantCommand {
    private static final int EXIT_MISSED = 1;
    private static final int FULL = 1_000_000;
    private static final int QUICK = 50_000;
    /** Of the whole run, this part at its end is what a model is judged by. */
    private static final double LAST = 0.2;
    private static final int TENTHS = 10;
    /** More ads would cost time and teach nothing else. */
    private static final String CANDIDATES_MAX = "10";
    private static final String CATALOGUE = "/demo-campaigns.yaml";
    private static final double NANOS = 1e9;

    @Option(names = "--quick", description = "50,000 impressions an arm; figures are shown and not judged.")
    private boolean quick;

    @Option(names = "--impressions", paramLabel = "N", description = "Goes on until every arm has bought so many impressions and learned from them; figures of fewer than a million are not judged. Default: 1000000.")
    private int impressions;

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "0", description = "Ends after so many minutes with the impressions that there are then; 0 for no end. Default: ${DEFAULT-VALUE}.")
    private int minutes;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20260101", description = "Seed of the market. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting for the trainers, as in the trainer's reference, for example training.batch-size=512, or of the market, for example market.supply.publishers=300; repeatable.")
    private Map<String, String> settings = new HashMap<>();

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Option(names = "--plot", paramLabel = "FILE", description = "Also plots how the models came nearer to the truth to this PNG file.")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (quick && impressions != 0) {
            throw unusable("--quick says how many --impressions; give one of them");
        }
        int wanted = quick ? QUICK : impressions == 0 ? FULL : impressions;
        refuse(wanted < 1_000 || wanted > 100_000_000, "--impressions", wanted, "1000 to 100000000");
        refuse(minutes < 0, "--minutes", minutes, "0 or more");
        if (plot != null) {
            Picture.requireFonts();
        }
        Path directory = Files.createTempDirectory("sextant-market");
        try {
            return run(wanted, directory);
        } finally {
            ArtefactFiles.deleteTree(directory);
        }
    }

    private int run(int wanted, Path directory) throws IOException, InterruptedException {
        PrintWriter out = out();
        Machine machine = Machine.shown(out);
        long start = System.nanoTime();
        Map<String, String> training = new HashMap<>();
        // Arms learn beside each other: one thread each leaves none idle.
        training.put("training.threads", "1");
        training.putAll(settings);
        World world = MarketSettings.ofBench(MarketSettings.takeFrom(training)).world(seed);
        BidderConfig bidding = load("bidder", BidderConfig.class, Map.of("bidding.candidates-max", CANDIDATES_MAX));
        ControllerConfig controlling = load("controller", ControllerConfig.class, MarketRun.WINDOWS);
        training.put("models.dir", directory.toString());
        MarketReport report;
        try (var market = new MarketRun(world, bidding, catalogue(bidding, directory),
                load("trainer", TrainerConfig.class, training), controlling,
                Runtime.getRuntime().availableProcessors());
                ProgressBar bar = ProgressBars.bar("impressions an arm", wanted).build()) {
            long endNs = minutes == 0 ? Long.MAX_VALUE : start + TimeUnit.MINUTES.toNanos(minutes);
            market.run(wanted, least -> {
                bar.stepTo(Math.min(wanted, least));
                return System.nanoTime() < endNs;
            });
            report = report(market, machine, (System.nanoTime() - start) / NANOS);
        }
        out.println(report.text());
        figures.write(file -> BenchFiles.write(file, report.json()), out);
        draw(report, out);
        out.flush();
        return report.judged() && !report.holds() ? EXIT_MISSED : 0;
    }

    private void draw(MarketReport report, PrintWriter out) throws IOException {
        if (plot == null) {
            return;
        }
        List<Chart<?, ?>> charts = report.charts();
        if (charts.isEmpty()) {
            out.println("No plot: the run ended before an arm had bought enough; give it more --minutes.");
            return;
        }
        Picture.write(charts, report.arms().size(), plot);
        out.println("Plot: " + plot);
    }

    private MarketReport report(MarketRun market, Machine machine, double seconds) {
        List<MarketReport.OfArm> arms = new ArrayList<>();
        for (int number = 0; number < market.arms().size(); number++) {
            LearningArm arm = market.arms().get(number);
            ImpressionLog log = market.log(number);
            Bids total = market.total(number);
            arms.add(new MarketReport.OfArm(arm.name(), (double) total.bids() / total.impressions(),
                    (double) arm.bought() / total.bids(), arm.modifiers() / arm.bought(), arm.spendNanos() / NANOS,
                    arm.versions(), arm.refused(), arm.corrections(),
                    figures(market, log, 0, 1), figures(market, log, 1 - LAST, 1),
                    IntStream.range(0, TENTHS)
                            .mapToObj(i -> figures(market, log, (double) i / TENTHS, (i + 1.0) / TENTHS)).toList()));
        }
        return new MarketReport(typed(), seed, seconds, market.elapsed().toMinutes() / 60.0, machine,
                market.least() >= FULL, arms);
    }

    private static ArmFigures figures(MarketRun market, ImpressionLog log, double from, double to) {
        return ArmFigures.of(log, market.exchanges(), (int) (from * log.learned()), (int) (to * log.learned()));
    }

    /** The demo's two dozen campaigns. Nothing tells the pipeline what they have spent: no budget ever ends. */
    static Catalogue catalogue(BidderConfig config, Path directory) throws IOException {
        Path file = directory.resolve("campaigns.yaml");
        try (InputStream in = MarketCommand.class.getResourceAsStream(CATALOGUE)) {
            if (in == null) {
                throw new IOException("the resource " + CATALOGUE + " is missing from this build");
            }
            Files.write(file, in.readAllBytes());
        }
        return new CatalogueReader(config.campaigns()).read(file);
    }

    private static <T extends Record> T load(String process, Class<T> type, Map<String, String> settings) {
        // Without the environment: the same command is the same run everywhere.
        return new ConfigurationLoader(process, Map.of()).load(type, null, settings);
    }
}
