package io.sextant.standalone;

import io.sextant.abtesting.live.AbReport;
import io.sextant.abtesting.live.AbReportPage;
import io.sextant.abtesting.live.AbReportText;
import io.sextant.abtesting.live.LiveDataException;
import io.sextant.abtesting.live.LiveExperiment;
import io.sextant.abtesting.live.TimeSpan;
import io.sextant.abtesting.report.ArmTotals;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.pipeline.ExperimentConfig;
import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.ExchangeStatistics;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.fixtures.exchange.MarketAuctions;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole loop on one machine: broker, trainer, controller, bidder, and a market to bid in. */
@Command(name = "sextant demo", mixinStandardHelpOptions = true, version = "sextant demo 0.1.0", sortOptions = false, description = {
    "Runs everything in one process: an embedded Kafka broker, trainer, controller, bidder, and a simulated exchange.",
    "Prints a line every few seconds and, at the end, what each arm of the experiment earned. Ctrl-C ends it early."})
public final class DemoMain extends SextantCommand {
    private static final Duration STATUS_INTERVAL = Duration.ofSeconds(5);
    private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration SETTLE_QUIET = Duration.ofMillis(2_500);
    private static final Duration SETTLE_PAUSE = Duration.ofMillis(200);
    /** A day of the market: publishers come and go, and users forget, fast enough to see it. */
    private static final long MARKET_DAY_MS = 600_000;
    /** Against an attribution window of five seconds, so that a few clicks come late and take a label back. */
    private static final long CLICK_DELAY_MS = 1_500;
    /** Below the standard market's: within minutes each arm has to win enough to learn from. */
    private static final double RIVAL_MEDIAN_CPM = 30;
    /** A JVM that has compiled nothing yet is not asked for full speed at once. */
    private static final long RAMP_MS = 10_000;
    private static final double NANOS = 1e9;
    private static final List<String> PROCESSES = List.of("bidder", "controller", "trainer");

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "3", description = "How long the exchange sends requests, in minutes; fractions are fine. Default: ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "100", description = "Bid requests a second, open loop. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20260101", description = "Seed of the market. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--port", paramLabel = "N", defaultValue = "8080", description = "The bidder's port; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Keeps the run's data (broker, models, settings) in a directory of its own below this one. Default: a temporary one, removed at the end.")
    private @Nullable Path dataDirectory;

    @Option(names = "--bids", paramLabel = "DIR", description = "Keeps every decision in this directory, with all that it was made with, for sextant replay-bids. Default: decisions are not kept.")
    private @Nullable Path bids;

    @Option(names = "--set", paramLabel = "PROCESS.KEY=VALUE", description = "Another setting of bidder, controller or trainer, for example controller.exploration.explore-share=0.5; may be repeated.")
    private final Map<String, String> overrides = new LinkedHashMap<>();

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    @Option(names = "--html", paramLabel = "FILE", description = "Also writes the report on the arms to this file.")
    private @Nullable Path html;

    private DemoMain() {}

    /** Runs the demo; exit code 0 when it ran to its end. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return ConfigOptions.commandLine(new DemoMain());
    }

    @Override
    public Integer call() throws IOException {
        refuse(!(minutes > 0), "--minutes", minutes, "above 0");
        refuse(!(rate > 0), "--rate", rate, "above 0");
        refuse(port < 0 || port > 65_535, "--port", port, "0 to 65535");
        Map<String, Map<String, String>> settings = settings();
        PrintWriter out = out();
        var stop = new StopSignal();
        try (var directory = new RunDirectory(dataDirectory)) {
            out.println("Sextant demo: " + directory.path());
            int bidderPort = PortChoice.of(port, out);
            try (var stack = new LocalStack(Profile.DEMO, directory.path(), bidderPort, settings,
                    line -> say(out, line))) {
                stop.started();
                run(stack, stop, out);
            }
            if (bids != null) {
                out.println("Decisions: " + bids + "; ./sextant replay-bids --log " + bids + " computes them again");
            }
            return 0;
        } catch (InterruptedException _) {
            out.println("Stopped before the exchange was open.");
            return 0;
        } finally {
            out.flush();
            stop.done();
        }
    }

    /** By process, and there by key. */
    private Map<String, Map<String, String>> settings() {
        Map<String, Map<String, String>> settings = new HashMap<>();
        overrides.forEach((name, value) -> {
            String process = PROCESSES.stream().filter(one -> name.startsWith(one + ".")).findFirst()
                    .orElseThrow(() -> unusable("--set is " + name + ", must begin with the process, one of "
                            + String.join(", ", PROCESSES)
                            + ", for example controller.exploration.explore-share=0.5"));
            settings.computeIfAbsent(process, _ -> new HashMap<>()).put(name.substring(process.length() + 1), value);
        });
        if (bids != null) {
            settings.computeIfAbsent("bidder", _ -> new HashMap<>())
                    .putAll(Map.of("replay.dir", bids.toAbsolutePath().toString(), "events.sample-share", "1"));
        }
        return settings;
    }

    private void run(LocalStack stack, StopSignal stop, PrintWriter out) throws IOException, InterruptedException {
        BidderConfig bidder = stack.bidderConfig();
        List<String> arms = bidder.experiment().arms().stream().map(ExperimentConfig.ArmConfig::name).toList();
        MarketAuctions market = market(seed);
        Duration total = Duration.ofMillis(Math.round(minutes * 60_000));
        long startNs = System.nanoTime();
        try (var metrics = new ArmMetricsReader(bidder.kafka(), arms);
                var exchange = new HttpExchange(ExchangeConfig.standard(stack.bidder(), rate).withRamp(RAMP_MS), market,
                        seed)) {
            say(out, "the exchange opens; bids at " + stack.bidder());
            exchange.start();
            watch(exchange, metrics, total, stop, out);
            Duration duration = Duration.ofNanos(System.nanoTime() - startNs);
            say(out, "the exchange closes");
            ExchangeStatistics seen = exchange.stop();
            settle(metrics, seen);
            var span = new TimeSpan(null, 0, System.currentTimeMillis());
            report(new LiveExperiment(stack.reportConfig(), span).report(_ -> {}), seen, duration, out);
        } catch (LiveDataException e) {
            throw new IOException("the arms cannot be reported on: " + e.getMessage(), e);
        }
    }

    /** The demo's market. */
    static MarketAuctions market(long seed) {
        return new MarketAuctions(new MarketSimulator(MarketConfig.standard().withDayOf(MARKET_DAY_MS)
                .withClickDelay(CLICK_DELAY_MS).withRivalMedian(RIVAL_MEDIAN_CPM), seed));
    }

    private static void watch(HttpExchange exchange, ArmMetricsReader metrics, Duration total, StopSignal stop,
            PrintWriter out) throws InterruptedException {
        long startNs = System.nanoTime();
        long endNs = startNs + total.toNanos();
        ExchangeStatistics before = exchange.statistics();
        long beforeNs = startNs;
        for (long nextNs = startNs + STATUS_INTERVAL.toNanos(); System.nanoTime() < endNs; nextNs += STATUS_INTERVAL
                .toNanos()) {
            if (stop.await(Duration.ofNanos(Math.min(nextNs, endNs) - System.nanoTime()))) {
                return;
            }
            long nowNs = System.nanoTime();
            ExchangeStatistics now = exchange.statistics();
            say(out, StatusLine.of(Duration.ofNanos(nowNs - startNs), total, now, before,
                    Duration.ofNanos(nowNs - beforeNs), exchange.recentP99Micros(), metrics.totals()));
            before = now;
            beforeNs = nowNs;
        }
    }

    /** Waits until the controller has counted all wins and clicks and nothing moves any more, or a while. */
    private static void settle(ArmMetricsReader metrics, ExchangeStatistics seen) throws InterruptedException {
        long deadlineNs = System.nanoTime() + SETTLE_TIMEOUT.toNanos();
        long quietSinceNs = System.nanoTime();
        List<ArmTotals> totals = metrics.totals();
        while (System.nanoTime() < deadlineNs) {
            Thread.sleep(SETTLE_PAUSE);
            List<ArmTotals> now = metrics.totals();
            if (!counted(now).equals(counted(totals))) {
                quietSinceNs = System.nanoTime();
            }
            totals = now;
            Counted counted = counted(now);
            if (counted.wins >= seen.count(ExchangeCounter.WINS) && counted.clicks >= seen.count(ExchangeCounter.CLICKS)
                    && System.nanoTime() - quietSinceNs > SETTLE_QUIET.toNanos()) {
                return;
            }
        }
    }

    private record Counted(long requests, long wins, long clicks, long spendNanos) {}

    private static Counted counted(List<ArmTotals> arms) {
        return new Counted(arms.stream().mapToLong(ArmTotals::requests).sum(),
                arms.stream().mapToLong(ArmTotals::wins).sum(), arms.stream().mapToLong(ArmTotals::clicks).sum(),
                arms.stream().mapToLong(ArmTotals::spendNanos).sum());
    }

    private void report(AbReport arms, ExchangeStatistics seen, Duration duration, PrintWriter out)
            throws IOException {
        out.println();
        out.println(AbReportText.of(arms, Ansi.AUTO));
        out.printf(Locale.ROOT,
                "Exchange: %,d requests, %,d bids, %,d wins, %.4f USD, %,d clicks; answers p50 %.1f ms, p99 %.1f ms%s%n",
                seen.count(ExchangeCounter.REQUESTS), seen.count(ExchangeCounter.BIDS),
                seen.count(ExchangeCounter.WINS), seen.spendNanos() / NANOS, seen.count(ExchangeCounter.CLICKS),
                seen.p50Micros() / 1e3, seen.p99Micros() / 1e3, StatusLine.trouble(seen));
        figures.write(file -> new JsonReport(typed(), seed, duration.toMillis() / 1e3).with("arms", arms.arms())
                .with("comparisons", arms.comparisons()).with("exchange", seen.figures()).write(file), out);
        if (html != null) {
            Files.writeString(html, AbReportPage.of(arms));
            out.println("Report: " + html);
        }
        out.flush();
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
