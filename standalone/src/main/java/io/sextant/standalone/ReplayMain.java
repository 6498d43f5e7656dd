package io.sextant.standalone;

import io.sextant.bidder.strategy.CostPerClickControl;
import io.sextant.bidder.strategy.RegressedValue;
import io.sextant.configuration.ConfigOptions;
import io.sextant.configuration.command.FiguresOption;
import io.sextant.configuration.command.SextantCommand;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.ExchangeCounter;
import io.sextant.fixtures.exchange.ExchangeStatistics;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.fixtures.exchange.LoggedAuctions;
import io.sextant.fixtures.ipinyou.BidLogReader;
import io.sextant.fixtures.pricelog.PriceLogException;
import io.sextant.fixtures.pricelog.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Bids on every line of a recorded log, over HTTP, at the prices and with the clicks that the log has. */
@Command(name = "sextant replay", mixinStandardHelpOptions = true, version = "sextant replay 0.1.0", sortOptions = false, description = {
    "Sends every line of a bid log to a bidder as an OpenRTB request. A bid above the logged market price wins and pays it;",
    "a logged click on a won line is clicked. Starts broker, trainer, controller and bidder itself unless --bidder is given.",
    "With --protocol no bidder is started: bidders of a published study bid at its logged prices, by its rules, and the",
    "study's figures stand beside what they bought."}, footer = {"",
        "For example: sextant replay --format ipinyou --log train.log.txt.gz",
        "             sextant replay --protocol sam --data ipinyou-sam-1458",
        "             sextant replay --protocol rlb --log ipinyou-rlb-2997/test.theta.txt.gz",
        "Exit codes: 0 done; 1 a study's figures differ from what was published; 2 the command line or data cannot be used."})
public final class ReplayMain extends SextantCommand {
    private static final String IPINYOU = "ipinyou";
    private static final Duration POLL = Duration.ofMillis(200);
    /** Answers outstanding at once; a replay waits for room instead of skipping lines. */
    private static final int IN_FLIGHT_MAX = 16;
    private static final int CONNECTIONS = 16;
    /** A replay is no race: a slow machine bids on every line too. */
    private static final int TMAX_MS = 2_000;
    private static final long CLICK_DELAY_MS = 100;
    private static final long RENDER_DELAY_MS = 10;
    private static final double NANOS = 1e9;
    private static final int EXIT_DIFFERENT = 1;

    @Option(names = "--format", paramLabel = "NAME", description = "Format of the log: ipinyou.")
    private @Nullable String format;

    @Option(names = "--log", paramLabel = "FILE", description = "The log, plain or compressed with gzip.")
    private @Nullable Path log;

    @Option(names = "--protocol", paramLabel = "NAME", description = "Instead of a log: runs a study's bidders. sam: statistical arbitrage mining, one budget; rlb: bidding by reinforcement learning, a budget every thousand auctions; pid: feedback control, a cost per click to meet. rlb and pid also run the bidder's own strategies by the study's rules.")
    private @Nullable Study protocol;

    @Option(names = "--data", paramLabel = "PATH", description = "The study's files, or a directory with them: train.txt and test.txt for sam, test.theta.txt and info.json for rlb, train.txt and test.txt for pid; plain or compressed. --log, a file or a directory, does as well: the other files are then looked for beside it.")
    private List<Path> data = List.of();

    @Option(names = "--reliability", paramLabel = "X", description = "For rlb: how far strategies with regressed values rely on predictions, 0 to 1. Default: ${DEFAULT-VALUE}, for want of a measurement.")
    private double reliability = RegressedValue.UNKNOWN;

    @Option(names = "--account-part", paramLabel = "X", description = "For pid: part of the auctions left in which what clicks have paid in is to be spent, above 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double accountPart = CostPerClickControl.PART;

    @Option(names = "--bidder", paramLabel = "URL", description = "Where to send bid requests, http://127.0.0.1:8080/openrtb2/bid for example. Default: a bidder of its own.")
    private @Nullable URI bidder;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "2000", description = "Requests a second at most. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(names = "--limit", paramLabel = "N", description = "Lines at most. Default: all.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "20260101", description = "Decides which requests are sent as protobuf and which compressed, and the other orders of pid. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--usd-per-cny", paramLabel = "X", defaultValue = "0.1626", description = "Value of a yuan in US dollars; the default is October 2013's, and the own bidder's. Default: ${DEFAULT-VALUE}.")
    private double usdPerCny;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Keeps the run's data in a directory of its own below this one. Default: a temporary one, removed at the end.")
    private @Nullable Path dataDirectory;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    private ReplayMain() {}

    /** Replays a log; exit code 0 when every line that can be read was answered. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return ConfigOptions.commandLine(new ReplayMain()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = out();
        Study study = protocol;
        if (study != null) {
            refuse(log != null && !data.isEmpty(), "--log", log, "left out where there is --data");
            refuse(log == null && data.isEmpty(), "--data", "missing", study.needs() + ", or a directory with them");
            refuse(!(reliability >= 0 && reliability <= 1), "--reliability", reliability, "0 to 1");
            refuse(!(accountPart > 0 && accountPart <= 1), "--account-part", accountPart, "above 0, at most 1");
            return study(study, log == null ? data : List.of(beside(log)), out);
        }
        refuse(!data.isEmpty(), "--data", data, "left out where there is no --protocol");
        refuse(!IPINYOU.equals(format), "--format", format, "ipinyou");
        Path file = log;
        if (file == null || !Files.isReadable(file)) {
            throw unusable("--log is " + file + ", must be a file that can be read");
        }
        refuse(!(rate > 0), "--rate", rate, "above 0");
        refuse(limit < 1, "--limit", limit, "1 or more");
        refuse(!(usdPerCny > 0), "--usd-per-cny", usdPerCny, "above 0");
        var stop = new StopSignal();
        try {
            if (bidder != null) {
                stop.started();
                replay(file, exchangeConfig(bidder), stop, out);
                return 0;
            }
            try (var directory = new RunDirectory(dataDirectory);
                    var stack = new LocalStack(Profile.REPLAY, directory.path(), 0, Map.of(), line -> {
                        out.println(line);
                        out.flush();
                    })) {
                stop.started();
                replay(file, exchangeConfig(stack.bidder()), stop, out);
                return 0;
            }
        } catch (InterruptedException _) {
            out.println("Stopped before the first line.");
            return 0;
        } finally {
            out.flush();
            stop.done();
        }
    }

    private ExchangeConfig exchangeConfig(URI target) {
        // Whoever names a bidder on another machine means it.
        return new ExchangeConfig(target, rate, 0, 0.5, 0.1, false, CONNECTIONS, IN_FLIGHT_MAX, false, RENDER_DELAY_MS,
                bidder != null);
    }

    /** The directory that a study's file lies in, which holds the others too; a directory as it is. */
    private static Path beside(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return !Files.isRegularFile(file) || folder == null ? file : folder;
    }

    private int study(Study study, List<Path> files, PrintWriter out) throws IOException {
        try {
            var settings = new StudyReplay.Settings(reliability, accountPart, seed);
            return new StudyReplay(study, files, settings).run(typed(), figures, out) ? 0 : EXIT_DIFFERENT;
        } catch (PriceLogException e) {
            throw unusable(String.valueOf(e.getMessage()), e);
        } finally {
            out.flush();
        }
    }

    private void replay(Path file, ExchangeConfig config, StopSignal stop, PrintWriter out)
            throws IOException, InterruptedException {
        long lines = Math.min(limit, BidLogReader.countLines(file));
        long startNs = System.nanoTime();
        try (var reader = new BidLogReader(file, TMAX_MS);
                var exchange = new HttpExchange(config,
                        new LoggedAuctions(reader, usdPerCny, limit, CLICK_DELAY_MS), seed)) {
            exchange.start();
            try (ProgressBar bar = new ProgressBarBuilder().setTaskName("replay").setInitialMax(lines)
                    .setStyle(ProgressBarStyle.ASCII).setUnit(" lines", 1).build()) {
                while (!exchange.finished().isComplete() && !stop.await(POLL)) {
                    bar.stepTo(exchange.statistics().count(ExchangeCounter.REQUESTS));
                }
                bar.stepTo(exchange.statistics().count(ExchangeCounter.REQUESTS));
            }
            report(exchange.stop(), reader, Duration.ofNanos(System.nanoTime() - startNs), out);
        }
    }

    private void report(ExchangeStatistics seen, BidLogReader reader, Duration duration, PrintWriter out)
            throws IOException {
        reader.problems().forEach(out::println);
        out.printf(Locale.ROOT, "requests   %,12d%n", seen.count(ExchangeCounter.REQUESTS));
        out.printf(Locale.ROOT, "bids       %,12d%n", seen.count(ExchangeCounter.BIDS));
        out.printf(Locale.ROOT, "wins       %,12d%n", seen.count(ExchangeCounter.WINS));
        out.printf(Locale.ROOT, "spend      %,12.4f USD%n", seen.spendNanos() / NANOS);
        out.printf(Locale.ROOT, "clicks     %,12d%n", seen.count(ExchangeCounter.CLICKS));
        out.printf(Locale.ROOT, "refused    %,12d%n", seen.count(ExchangeCounter.REFUSED));
        out.printf(Locale.ROOT, "malformed  %,12d of %,d lines%n", reader.malformed(), reader.lines());
        out.printf(Locale.ROOT, "answers p50 %.1f ms, p99 %.1f ms%s%n", seen.p50Micros() / 1e3, seen.p99Micros() / 1e3,
                StatusLine.trouble(seen));
        figures.write(file -> new JsonReport(typed(), seed, duration.toMillis() / 1e3)
                .with("requests", seen.count(ExchangeCounter.REQUESTS)).with("bids", seen.count(ExchangeCounter.BIDS))
                .with("wins", seen.count(ExchangeCounter.WINS)).with("spend", seen.spendNanos() / NANOS)
                .with("clicks", seen.count(ExchangeCounter.CLICKS))
                .with("refused", seen.count(ExchangeCounter.REFUSED)).with("malformed", reader.malformed())
                .with("exchange", seen.figures()).write(file), out);
    }
}
