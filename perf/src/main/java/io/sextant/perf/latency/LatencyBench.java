package io.sextant.perf.latency;

import io.sextant.perf.latency.FloorMain.CannedAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the parts measure with: a workbench that is made when it is first needed, servers, loads whose answers are checked.
 *
 * <p>
 * Threading: for one thread.
 */
final class LatencyBench implements AutoCloseable {
    /** Far above what two cores answer; what cannot be sent at once is left out. */
    private static final double TOO_MUCH = 150_000;
    private static final Duration GIVE_UP = Duration.ofMillis(20);
    /** Between two loads: answers to the first that are still under way come, or are dropped. */
    private static final long SETTLE_MS = 200;
    private static final long SEED = 20_260_123;
    private static final Duration WARM_STRETCH = Duration.ofSeconds(2);
    private static final int WARM_STRETCHES_MIN = 3;
    private static final int WARM_STRETCHES_QUICK = 5;
    private static final int WARM_STRETCHES = 25;
    private static final double WARM_GAIN = 0.05;

    private final boolean quick;
    private final Path directory;
    private final Set<String> wrong = new LinkedHashSet<>();
    private final List<LoadResult.Sample> answers = new ArrayList<>();
    private final Map<Integer, Standing> standing = new TreeMap<>();
    private @Nullable Workbench workbench;
    private @Nullable Traffic answersOf;
    private List<String> heapOptions = List.of();
    private long loads;
    private int measured;
    private int late;

    /**
     * Prepares one.
     *
     * @param quick     whether less exact figures are enough
     * @param directory for all that is written; the caller deletes it
     */
    LatencyBench(boolean quick, Path directory) {
        this.quick = quick;
        this.directory = directory;
    }

    /** Whether less time is to be spent, and less exact figures are enough. */
    boolean quick() {
        return quick;
    }

    /** Of everything that is drawn. */
    long seed() {
        return SEED;
    }

    /** Where files may be written. */
    Path directory() {
        return directory;
    }

    /** Broker, models and catalogues; made when it is first asked for. */
    Workbench workbench() throws IOException, InterruptedException {
        Workbench made = workbench;
        if (made == null) {
            made = new Workbench(directory.resolve("workbench"), _ -> {});
            workbench = made;
        }
        return made;
    }

    /** A supply's requests, ready to be sent. */
    Traffic traffic(Supply supply) {
        return Traffic.encode(supply.requests(), supply::expectsBid, SEED);
    }

    /**
     * The bidder that most is measured on: three arms, so many candidates. It is started and warmed up when it is first asked
     * for, and runs until the bench is closed; a bidder that nobody asks uses a hundredth of a core.
     *
     * @param progress told which share of that is done
     */
    Standing standing(int candidates, DoubleConsumer progress) throws IOException, InterruptedException {
        Standing found = standing.get(candidates);
        if (found == null) {
            Workbench.Setup setup = workbench().bidder(workbench().supply(candidates));
            found = new Standing(setup, bidder(setup, List.of()), traffic(setup.supply()));
            standing.put(candidates, found);
            warm(found.server(), found.traffic(), progress);
        }
        progress.accept(1);
        return found;
    }

    /**
     * A bidder that is there for all parts.
     *
     * @param setup   its settings
     * @param server  its process
     * @param traffic what it is asked
     */
    record Standing(Workbench.Setup setup, ServerJvm server, Traffic traffic) {}

    /** Starts a bidder and waits until it is ready; the caller closes it. */
    ServerJvm bidder(Workbench.Setup setup, List<String> options) throws IOException, InterruptedException {
        ServerJvm bidder = awaited(
                ServerJvm.bidder(setup.config(), options, Files.createTempFile(directory, "bidder", ".log")));
        heapOptions = bidder.heapOptions();
        return bidder;
    }

    /**
     * Starts a floor, with the heap and the collector of the bidder that was started last, and waits until it is ready; the
     * caller closes it.
     *
     * @param refusing whether it answers 204 without reading; else it answers as the bidders have that were measured before
     * @throws IllegalStateException if no bidder has answered yet
     */
    ServerJvm floor(boolean refusing) throws IOException, InterruptedException {
        List<String> arguments = refusing ? List.of("--refuse") : answering();
        return awaited(ServerJvm.floor(arguments, heapOptions, Files.createTempFile(directory, "floor", ".log")));
    }

    private static ServerJvm awaited(ServerJvm server) throws IOException, InterruptedException {
        boolean ready = false;
        try {
            server.awaitReady();
            ready = true;
            return server;
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    /** Of every kind of answer the one of middling length, and as many bids as the traffic asks for. */
    private List<String> answering() throws IOException {
        Traffic traffic = answersOf;
        if (traffic == null) {
            throw new IllegalStateException("no bidder has answered yet");
        }
        Path canned = Files.createTempDirectory(directory, "answers");
        for (boolean protobuf : new boolean[]{false, true}) {
            for (boolean gzip : new boolean[]{false, true}) {
                List<byte[]> bodies = answers.stream().filter(sample -> sample.head().startsWith("HTTP/1.1 200"))
                        .filter(sample -> traffic.template(sample.template()).protobuf() == protobuf
                                && traffic.template(sample.template()).gzip() == gzip)
                        .map(LoadResult.Sample::body).sorted(Comparator.comparingInt(body -> body.length)).toList();
                if (bodies.isEmpty()) {
                    throw new IOException("the bidder has not bid on any request of one encoding");
                }
                Files.write(CannedAnswers.file(canned, protobuf, gzip), bodies.get(bodies.size() / 2));
            }
        }
        return List.of("--answers", canned.toString(), "--no-bids", Double.toString(1 - traffic.bidShare()));
    }

    /**
     * Asks for more than the server can do until it does not get quicker any more, so that everything is compiled that will
     * be: at least three stretches of two seconds, and until the last was not the quickest by more than a twentieth.
     */
    void warm(ServerJvm server, Traffic traffic, DoubleConsumer progress) throws IOException, InterruptedException {
        int most = quick ? WARM_STRETCHES_QUICK : WARM_STRETCHES;
        double best = 0;
        for (int stretch = 1; stretch <= most; stretch++) {
            LoadResult load = run(server, traffic, tooMuch(WARM_STRETCH), _ -> {});
            if (load.samples().size() > answers.size()) {
                answers.clear();
                answers.addAll(load.samples());
                answersOf = traffic;
            }
            boolean quicker = load.answersPerSecond() > best * (1 + WARM_GAIN);
            best = Math.max(best, load.answersPerSecond());
            progress.accept((double) stretch / most);
            if (stretch >= WARM_STRETCHES_MIN && !quicker) {
                break;
            }
        }
        progress.accept(1);
    }

    /** What a server answers a second if more is asked. */
    double saturation(ServerJvm server, Traffic traffic) throws IOException, InterruptedException {
        return run(server, traffic, tooMuch(Duration.ofMillis(quick ? 1_000 : 2_000)), _ -> {}).answersPerSecond();
    }

    private LoadPlan tooMuch(Duration time) {
        return LoadPlan.of(TOO_MUCH, Duration.ofMillis(200), time, seedOfLoad()).withGiveUpAfter(GIVE_UP);
    }

    /** The highest rate at which the server holds {@link LoadPlan.Limit#THROUGHPUT}; 0 if there is none. */
    double knee(ServerJvm server, Traffic traffic) throws IOException, InterruptedException {
        double saturation = saturation(server, traffic);
        return KneeSearch.find(saturation, quick ? 2 : 4, rate -> run(server, traffic,
                LoadPlan.of(rate, Duration.ofMillis(300), Duration.ofMillis(quick ? 1_000 : 4_000), seedOfLoad())
                        .withStopEarly(LoadPlan.Limit.THROUGHPUT),
                _ -> {}).holds(LoadPlan.Limit.THROUGHPUT));
    }

    /** A plan without warm-up, with a seed of its own. */
    LoadPlan plan(double rate, Duration time) {
        return LoadPlan.of(rate, Duration.ZERO, time, seedOfLoad());
    }

    private long seedOfLoad() {
        loads++;
        return SEED + loads;
    }

    /** Sends a load and checks the answers. */
    LoadResult run(ServerJvm server, Traffic traffic, LoadPlan plan, DoubleConsumer progress)
            throws IOException, InterruptedException {
        LoadResult load = new LoadGenerator(server.port(), traffic).run(plan, progress);
        wrong.addAll(server.bidder() ? new AnswerCheck(traffic).complaints(load) : LoadPoint.bare(load));
        count(load);
        Thread.sleep(SETTLE_MS);
        return load;
    }

    /** Sends a load, checks the answers, and looks at it from the server's side, too. */
    LoadPoint point(ServerJvm server, Traffic traffic, LoadPlan plan, DoubleConsumer progress)
            throws IOException, InterruptedException {
        return point(server, traffic, plan, null, progress);
    }

    /** The same, and keeps a profile of the server in a file. */
    LoadPoint point(ServerJvm server, Traffic traffic, LoadPlan plan, @Nullable Path profile, DoubleConsumer progress)
            throws IOException, InterruptedException {
        LoadPoint point = LoadPoint.measure(server, traffic, plan, profile, progress);
        wrong.addAll(point.wrong());
        count(point.load());
        Thread.sleep(SETTLE_MS);
        return point;
    }

    /* Loads that are meant to be too much leave nothing for the sender either. */
    private void count(LoadResult load) {
        if (!load.endedEarly() && load.plan().giveUpAfter().isZero()) {
            measured++;
            late += load.generatorLate() ? 1 : 0;
        }
    }

    /** How far the sender can be believed, in a sentence. */
    String sender() {
        return late == 0 ? "The sender kept to its schedule in all of " + measured + " loads."
                : "In " + late + " of " + measured
                        + " loads the sender itself was more than 2 ms late for one request in "
                        + "a hundred: too little was left of the processor for it, and latencies are longer than the "
                        + "server's.";
    }

    /** What has been wrong with answers so far, a text each. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** The number in the middle, or the mean of the two that are. */
    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int size = sorted.size();
        return size == 0 ? Double.NaN
                : IntStream.of((size - 1) / 2, size / 2).mapToDouble(sorted::get).average().orElse(Double.NaN);
    }

    @Override
    public void close() {
        standing.values().forEach(bidder -> bidder.server().close());
        if (workbench != null) {
            workbench.close();
        }
    }
}
