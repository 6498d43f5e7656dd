package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import io.sextant.perf.ReportTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bidders that run beside each other, to be measured in turn. Closing it ends them all. For one thread. */
final class Contest implements AutoCloseable {
    private final LatencyBench bench;
    private final List<Contestant> contestants = new ArrayList<>();

    Contest(LatencyBench bench) {
        this.bench = bench;
    }

    /**
     * Starts a bidder.
     *
     * @param name    in tables
     * @param options further options of its JVM
     */
    Contestant enter(String name, Supply supply, ArmMix mix, List<String> options)
            throws IOException, InterruptedException {
        var contestant = new Contestant(name, bench.bidder(bench.workbench().bidder(supply, mix), options),
                bench.traffic(supply), true);
        contestants.add(contestant);
        return contestant;
    }

    /** Takes the bidder that is there for all parts; it stays when this is closed. */
    Contestant enter(String name, LatencyBench.Standing standing) {
        var contestant = new Contestant(name, standing.server(), standing.traffic(), false);
        contestants.add(contestant);
        return contestant;
    }

    /** All, in the order in which they entered. */
    List<Contestant> contestants() {
        return List.copyOf(contestants);
    }

    /** What was measured, a line each. */
    String table() {
        return ReportTable.of(contestants, List.of(left("bidder", Contestant::name),
                right("answers/s when more is asked", c -> format("%,.0f", c.throughput())),
                left("rounds", Contestant::rounds),
                right("at a rate of", c -> format("%,.0f/s", c.point().load().plan().rate())),
                right("CPU ms a request", c -> format("%.4f", c.point().cpuMs())),
                right("p50 ms", c -> format("%.2f", c.point().load().latencyMs(50))),
                right("p99 ms", c -> format("%.2f", c.point().load().latencyMs(99))),
                right("p99.9 ms", c -> format("%.2f", c.point().load().latencyMs(99.9))),
                right("bytes a request", c -> format("%,.0f", c.point().bytes())),
                right("longest pause ms", c -> format("%.2f", c.point().pauses().longestMs())),
                right("pauses ms/s", c -> format("%.2f",
                        c.point().pauses().standingMs() / c.point().load().seconds())),
                right("ready s", c -> format("%.1f", c.server().readySeconds()))));
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    @Override
    public void close() {
        contestants.forEach(Contestant::close);
    }
}
