package io.sextant.perf.latency;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/** Generational ZGC against G1, side by side on the same load; not in a quick run. */
final class CollectorPart implements LatencyPart {
    private static final int CANDIDATES = 100;
    /** As the launcher starts a bidder, but for the collector; the last option wins. */
    private static final List<String> ZGC = List.of("-XX:-UseG1GC", "-XX:+UseZGC");
    private static final List<String> G1 = List.of("-XX:-UseZGC", "-XX:+UseG1GC");

    @Override
    public String name() {
        return "collectors";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        if (bench.quick()) {
            return new PartResult(List.of(), List.of("ZGC against G1 is not measured in a quick run."), Map.of());
        }
        Supply supply = bench.workbench().supply(CANDIDATES);
        try (var contest = new Contest(bench)) {
            Contestant zgc = contest.enter("generational ZGC", supply, ArmMix.THREE_ARMS, ZGC);
            Contestant g1 = contest.enter("G1", supply, ArmMix.THREE_ARMS, G1);
            Contestant.compare(bench, contest.contestants(), progress);
            return new PartResult(
                    List.of(LatencyFigure.of("zgc_throughput_cost", zgc.costAgainst(g1),
                            "part of throughput that ZGC costs, against G1; below 0 it is the quicker one")),
                    List.of(contest.table()),
                    Map.of("bidders", contest.contestants().stream().map(Contestant::details).toList()));
        }
    }
}
