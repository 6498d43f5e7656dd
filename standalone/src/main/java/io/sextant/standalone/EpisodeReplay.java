package io.sextant.standalone;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.PairedRuns;
import io.sextant.bidder.strategy.BudgetPlan;
import io.sextant.bidder.strategy.BudgetStrategy;
import io.sextant.bidder.strategy.Outlook;
import io.sextant.bidder.strategy.PriceDistribution;
import io.sextant.bidder.strategy.RegressedValue;
import io.sextant.bidder.strategy.ValueDistribution;
import io.sextant.fixtures.pricelog.EpisodeAuctions;
import io.sextant.fixtures.pricelog.StudyRow.Bought;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The bidder's own budget strategies in a study's episodes. What they know is what the train part tells: prices and mean click
 * probability. Nothing of the test part is learned from.
 */
final class EpisodeReplay {
    private static final double LEVEL = 0.95;
    private static final double LINEAR_BASE = 10;
    private static final List<Integer> SHARES = List.of(32, 16, 8, 4, 2);
    private static final String PREDICTED = "predicted";

    private final EpisodeAuctions auctions;
    private final RegressedValue regressed;
    private final PriceDistribution prices;
    private final ValueDistribution values;

    /**
     * Prepares what may be known.
     *
     * @param reliability of predictions, for the strategies that regress them; 0 to 1
     * @throws IllegalArgumentException if the train part's prices are not there
     */
    EpisodeReplay(EpisodeAuctions auctions, double reliability) {
        if (auctions.train().priceCounts().isEmpty()) {
            throw new IllegalArgumentException(
                    "info.json has no price_counter_train: strategies have no prices to plan with");
        }
        this.auctions = auctions;
        this.regressed = new RegressedValue(auctions.train().ctr(), reliability);
        this.prices = PriceDistribution.ofCounts(auctions.train().priceCounts());
        this.values = ValueDistribution.of(auctions.train().ctr());
    }

    /**
     * A difference of clicks over all episodes, with the interval in which it would lie for other such episodes.
     *
     * @param clicks more than the other one's
     */
    record Gain(double clicks, double low, double high) {
        static Gain of(List<Bought> ours, List<Bought> others) {
            double[] differences = new double[ours.size()];
            for (int i = 0; i < differences.length; i++) {
                differences[i] = ours.get(i).clicks() - others.get(i).clicks();
            }
            double all = Arrays.stream(differences).sum();
            if (differences.length < 2) {
                return new Gain(all, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
            }
            ConfidenceInterval mean = PairedRuns.of(differences).interval(LEVEL);
            return new Gain(all, mean.low() * differences.length, mean.high() * differences.length);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%+.0f (%+.1f to %+.1f)", clicks, low, high);
        }
    }

    /**
     * What a strategy bought.
     *
     * @param c0          budget as a share of what the episode's auctions cost in the train part
     * @param budget      of an episode
     * @param strategy    its name
     * @param values      what it takes an impression to be worth: as predicted, or regressed
     * @param clicks      in all episodes
     * @param impressions in all episodes
     * @param cost        in all episodes
     * @param spent       share of the budgets
     * @param overLinear  clicks over the linear bidder's
     * @param overDynamic clicks over those of the dynamic programme with predicted values, the study's RLB
     */
    record Row(String c0, long budget, String strategy, String values, long clicks, long impressions, long cost,
            double spent, Gain overLinear, Gain overDynamic) {}

    private record Run(BudgetStrategy strategy, String values, List<Bought> episodes) {}

    /** All strategies at all budgets; prints the table. */
    List<Row> run(PrintWriter out) {
        List<Row> rows = new ArrayList<>();
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("budgets").setInitialMax(
                (long) SHARES.size() * EpisodeAuctions.AUCTIONS).setStyle(ProgressBarStyle.ASCII)
                .setUnit(" auctions planned", 1).build()) {
            for (int i = 0; i < SHARES.size(); i++) {
                long done = (long) i * EpisodeAuctions.AUCTIONS;
                rows.addAll(budget(SHARES.get(i), planned -> bar.stepTo(done + planned)));
                bar.stepTo(done + EpisodeAuctions.AUCTIONS);
            }
        }
        out.println(table(rows));
        auctions.published().forEach((name, bought) -> out.printf(Locale.ROOT,
                "published at 1/32: %-7s %3d clicks, %,7d impressions, cost %,d%n", name, bought.clicks(),
                bought.impressions(), bought.cost()));
        return rows;
    }

    private List<Row> budget(int share, IntConsumer progress) {
        long budget = auctions.budget(1.0 / share);
        var outlook = new Outlook(prices, values, budget, EpisodeAuctions.AUCTIONS);
        var linear = new BudgetStrategy.Linear(LINEAR_BASE);
        BudgetPlan linearPlan = linear.plan(outlook);
        // The study takes the whole part of a linear bid.
        var linearRun = new Run(linear, PREDICTED, auctions.hold(budget,
                (pctr, left, to) -> (long) linearPlan.bid(pctr, (double) left, to)));
        List<Run> runs = new ArrayList<>();
        runs.add(linearRun);
        var dynamic = new BudgetStrategy.Dynamic(EpisodeAuctions.AUCTIONS);
        BudgetPlan dynamicPlan = dynamic.plan(outlook, progress);
        List<BudgetStrategy> proportional = List.of(new BudgetStrategy.Lagrangian(),
                new BudgetStrategy.RecedingHorizon());
        for (String kind : List.of(PREDICTED, "regressed " + regressed.reliability())) {
            boolean asPredicted = kind.equals(PREDICTED);
            for (BudgetStrategy strategy : proportional) {
                runs.add(run(strategy, kind, asPredicted, strategy.plan(outlook), budget));
            }
            runs.add(run(dynamic, kind, asPredicted, dynamicPlan, budget));
        }
        Run study = runs.stream().filter(run -> run.strategy().equals(dynamic)).findFirst().orElseThrow();
        return runs.stream().map(run -> row(share, budget, run, linearRun, study)).toList();
    }

    /** To the nearest whole number, which costs on average what the curve between whole numbers says. */
    private Run run(BudgetStrategy strategy, String kind, boolean asPredicted, BudgetPlan plan, long budget) {
        return new Run(strategy, kind, auctions.hold(budget, (pctr, left, to) -> Math
                .round(plan.bid(asPredicted ? pctr : regressed.of(pctr), (double) left, to))));
    }

    private static Row row(int share, long budget, Run run, Run linear, Run study) {
        Bought bought = Bought.sum(run.episodes());
        return new Row("1/" + share, budget, run.strategy().label(), run.values(), bought.clicks(),
                bought.impressions(), bought.cost(), (double) bought.cost() / (budget * run.episodes().size()),
                Gain.of(run.episodes(), linear.episodes()), Gain.of(run.episodes(), study.episodes()));
    }

    private static String table(List<Row> rows) {
        List<ColumnData<Row>> columns = List.of(left("c0", Row::c0), left("strategy", Row::strategy),
                left("values", Row::values), right("clicks", row -> whole(row.clicks())),
                right("impressions", row -> whole(row.impressions())), right("cost", row -> whole(row.cost())),
                right("spent", row -> String.format(Locale.ROOT, "%.1f %%", 100 * row.spent())),
                right("over linear (95 %)", row -> row.overLinear().toString()),
                right("over RLB (95 %)", row -> row.overDynamic().toString()));
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    private static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static ColumnData<Row> left(String header, Function<Row, String> cell) {
        return new Column().header(header).dataAlign(HorizontalAlign.LEFT).with(cell);
    }

    private static ColumnData<Row> right(String header, Function<Row, String> cell) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(cell);
    }
}
