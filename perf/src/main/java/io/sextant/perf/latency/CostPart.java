package io.sextant.perf.latency;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * What exploration takes from throughput, and a large catalogue: bidders side by side, measured in turn.
 */
final class CostPart implements LatencyPart {
    private static final double EXPLORATION_MAX = 0.10;
    private static final double EXPLORATION_ALL_MAX = 0.25;
    private static final double CATALOGUE_MAX = 0.10;
    /** Ads' parts of three arms' nets, an arm after the other, and the file while it is read. */
    private static final List<String> HEAP = List.of("-Xms2g", "-Xmx2g");
    private static final int CANDIDATES = 100;
    private static final String STANDARD = "three arms, 500 campaigns";
    /** A bidder takes longer to prepare fifty thousand for its models than a quick run has. */
    private static final int CAMPAIGNS_QUICK = 10_000;

    @Override
    public String name() {
        return "costs";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException, InterruptedException {
        Supply supply = bench.workbench().supply(CANDIDATES);
        int campaigns = bench.quick() ? CAMPAIGNS_QUICK : Supply.CAMPAIGNS_MANY;
        Supply many = supply.among(campaigns);
        try (var contest = new Contest(bench)) {
            List<String> heap = bench.quick() ? List.of() : HEAP;
            Contestant three = bench.quick() ? contest.enter(STANDARD, bench.standing(CANDIDATES, _ -> {}))
                    : contest.enter(STANDARD, supply, ArmMix.THREE_ARMS, heap);
            Contestant off = contest.enter("uncertainty and AGE off", supply, ArmMix.BOTH_OFF, heap);
            Contestant large = contest.enter(String.format(Locale.ROOT, "three arms, %,d campaigns", campaigns), many,
                    ArmMix.THREE_ARMS, heap);
            Contestant all = bench.quick() ? null
                    : contest.enter("all in the uncertainty arm", supply, ArmMix.UNCERTAINTY_ONLY, heap);
            Contestant.compare(bench, contest.contestants(), progress);
            List<LatencyFigure> figures = new ArrayList<>();
            figures.add(LatencyFigure.atMost("exploration_cost", three.costAgainst(off), EXPLORATION_MAX,
                    "part of throughput that three equal arms cost, against uncertainty and AGE off"));
            if (all != null) {
                figures.add(LatencyFigure.atMost("exploration_cost_uncertainty_arm", all.costAgainst(off),
                        EXPLORATION_ALL_MAX, "the same with all traffic in the uncertainty arm"));
            }
            figures.add(LatencyFigure.atMost("catalogue_cost", large.costAgainst(three), CATALOGUE_MAX,
                    String.format(Locale.ROOT,
                            "part of throughput that %,d campaigns cost, against 500 with the same candidates",
                            campaigns)));
            figures.add(LatencyFigure.of("memory_mb_500_campaigns", three.server().peakMemoryBytes() / 1e6,
                    "most memory of a bidder with 500 campaigns, MB"));
            figures.add(LatencyFigure.of("memory_mb_many_campaigns", large.server().peakMemoryBytes() / 1e6,
                    String.format(Locale.ROOT, "most memory of a bidder with %,d campaigns, MB", campaigns)));
            return new PartResult(figures, List.of(contest.table()),
                    Map.of("bidders", contest.contestants().stream().map(Contestant::details).toList()));
        }
    }
}
