package io.sextant.standalone;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.bidder.strategy.CostPerClickControl;
import io.sextant.fixtures.pricelog.PriceLog;
import io.sextant.fixtures.pricelog.SteeredAuctions;
import io.sextant.fixtures.pricelog.SteeredAuctions.Bidder;
import io.sextant.fixtures.pricelog.SteeredAuctions.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The bidder's own steering to a cost per click beside a study's controller, in its auctions and in other orders of them. */
final class ControlReplay {
    /** Auctions after which bids are worked out anew. */
    private static final int STEP = 100;
    private static final int HIGHEST_PRICE = 300;
    /** Other orders of the same auctions: the path that the files have is one of many. */
    private static final int ORDERS = 40;

    private final SteeredAuctions auctions;
    private final double part;
    private final long seed;

    /**
     * Prepares the runs.
     *
     * @param part of {@link CostPerClickControl}
     * @param seed of the other orders
     */
    ControlReplay(SteeredAuctions auctions, double part, long seed) {
        this.auctions = auctions;
        this.part = part;
        this.seed = seed;
    }

    /**
     * A bidder's figures.
     *
     * @param part              of the data
     * @param bidder            who
     * @param costPerClick      at the end: cost / (clicks + 1)
     * @param deviation         of it from the reference, relative
     * @param clicks            won
     * @param impressions       won
     * @param winRatio          impressions per auction
     * @param cost              in all
     * @param pathDeviation     root of the mean square of relative deviations at the ends of the second half's rounds
     * @param ordersClicks      mean of clicks over other orders of the same auctions
     * @param ordersDeviation   mean over them of the absolute relative deviation at the end
     * @param ordersAbove       share of them that end more than a thousandth above the reference
     */
    record Row(String part, String bidder, double costPerClick, double deviation, long clicks, long impressions,
            double winRatio, long cost, double pathDeviation, double ordersClicks, double ordersDeviation,
            double ordersAbove) {}

    /** Both parts; prints the table. */
    List<Row> run(PrintWriter out) {
        List<Row> rows = new ArrayList<>();
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("orders")
                .setInitialMax(2L * ORDERS * auctions.parts().size()).setStyle(ProgressBarStyle.ASCII)
                .setUnit(" runs", 1).build()) {
            for (String name : auctions.parts()) {
                PriceLog log = auctions.part(name);
                List<PriceLog> orders = new ArrayList<>();
                for (int i = 0; i < ORDERS; i++) {
                    orders.add(log.shuffled(seed + i));
                }
                rows.add(row(name, "published", log, orders, auctions::publishedController, bar));
                rows.add(row(name, "account", log, orders, () -> new Account(part), bar));
            }
        }
        out.println(table(rows));
        out.printf(Locale.ROOT, "Reference: %,.0f a click. Orders: the same auctions in %d other orders, seed %d.%n",
                SteeredAuctions.REFERENCE, ORDERS, seed);
        return rows;
    }

    private static Row row(String name, String bidder, PriceLog log, List<PriceLog> orders, Supplier<Bidder> bidders,
            ProgressBar bar) {
        Outcome outcome = SteeredAuctions.hold(log, bidders.get());
        double clicks = 0;
        double deviation = 0;
        double above = 0;
        for (PriceLog order : orders) {
            Outcome other = SteeredAuctions.hold(order, bidders.get());
            clicks += (double) other.bought().clicks() / orders.size();
            deviation += Math.abs(deviation(other.costPerClick())) / orders.size();
            above += deviation(other.costPerClick()) > 1e-3 ? 1.0 / orders.size() : 0;
            bar.step();
        }
        return new Row(name, bidder, outcome.costPerClick(), deviation(outcome.costPerClick()),
                outcome.bought().clicks(), outcome.bought().impressions(),
                (double) outcome.bought().impressions() / outcome.auctions(), outcome.bought().cost(),
                pathDeviation(outcome.path()), clicks, deviation, above);
    }

    private static double deviation(double costPerClick) {
        return costPerClick / SteeredAuctions.REFERENCE - 1;
    }

    private static double pathDeviation(List<Double> path) {
        return Math.sqrt(path.subList(path.size() / 2, path.size()).stream()
                .mapToDouble(value -> deviation(value) * deviation(value)).average().orElse(0));
    }

    /** The product's control, told of every auction at once. */
    private static final class Account implements Bidder {
        private final CostPerClickControl control;
        private CostPerClickControl.Steering steering;
        private int auctions;

        Account(double part) {
            this.control = new CostPerClickControl(SteeredAuctions.REFERENCE, HIGHEST_PRICE, part);
            this.steering = control.steer(1);
        }

        @Override
        public double bid(double pctr, int auctionsLeft) {
            if (auctions % STEP == 0) {
                steering = control.steer(auctionsLeft);
            }
            auctions++;
            control.offered(pctr);
            return Math.min(HIGHEST_PRICE + 1, steering.bid(pctr, control.account()));
        }

        @Override
        public void won(double pctr, int price, boolean click) {
            control.won(pctr, price);
            if (click) {
                control.clicked();
            }
        }

        @Override
        public void lost(double bid) {
            // A price as high as the bid wins against it here.
            control.lost((long) Math.ceil(bid) - 1);
        }
    }

    private static String table(List<Row> rows) {
        List<ColumnData<Row>> columns = List.of(left("part", Row::part), left("controller", Row::bidder),
                right("cost per click", "%,.1f", Row::costPerClick),
                right("off", "%+.2f %%", row -> 100 * row.deviation()), right("clicks", "%,d", Row::clicks),
                right("impressions", "%,d", Row::impressions), right("win ratio", "%.4f", Row::winRatio),
                right("cost", "%,d", Row::cost),
                right("path off", "%.1f %%", row -> 100 * row.pathDeviation()),
                right("orders: clicks", "%.1f", Row::ordersClicks),
                right("off", "%.2f %%", row -> 100 * row.ordersDeviation()),
                right("above", "%.0f %%", row -> 100 * row.ordersAbove()));
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    private static ColumnData<Row> left(String header, Function<Row, String> cell) {
        return new Column().header(header).dataAlign(HorizontalAlign.LEFT).with(cell);
    }

    private static ColumnData<Row> right(String header, String format, Function<Row, Number> cell) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT)
                .with(row -> String.format(Locale.ROOT, format, cell.apply(row)));
    }
}
