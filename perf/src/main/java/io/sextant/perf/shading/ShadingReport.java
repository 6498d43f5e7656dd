package io.sextant.perf.shading;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.abtesting.statistics.PairedRuns;
import io.sextant.perf.ReportTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Ways of bidding beside each other.
 *
 * @param command  that was given
 * @param requests of each market
 * @param rows     a row for each way and type of auction
 */
record ShadingReport(@JsonProperty("command") String command, @JsonProperty("requests") int requests,
        @JsonProperty("rows") List<Row> rows) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final double LEVEL = 0.95;

    /**
     * A change against bidding the value, a mean over markets with its interval.
     *
     * @param mean relative
     * @param low  lower end of the 95 % interval
     * @param high its upper end
     */
    record Change(@JsonProperty("mean") double mean, @JsonProperty("low") double low,
            @JsonProperty("high") double high) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%+.1f %% (%+.1f to %+.1f)", 100 * mean, 100 * low, 100 * high);
        }
    }

    /**
     * One way of bidding in auctions of one type.
     *
     * @param auctions     their type
     * @param bidding      the way
     * @param total        of all markets
     * @param overMargin   surplus above that of bids less the default margin, in parts of what those spent
     * @param overFlat     surplus above that of bids less 45 %, the best flat margin tried, in parts of it
     * @param wins         impressions won, against bidding the value
     * @param ctr          click rate of what was won, against bidding the value
     * @param costPerClick against bidding the value
     */
    record Row(@JsonProperty("auctions") String auctions, @JsonProperty("bidding") String bidding,
            @JsonProperty("total") Bought total, @JsonProperty("surplus_over_margin") Change overMargin,
            @JsonProperty("surplus_over_flat") Change overFlat, @JsonProperty("wins") Change wins,
            @JsonProperty("ctr") Change ctr,
            @JsonProperty("cost_per_click") Change costPerClick) {}

    /** From the bidders of at least two markets. */
    static ShadingReport of(String command, int requests, List<List<ShadingBidder>> markets) {
        List<Row> rows = new ArrayList<>();
        for (boolean first : new boolean[]{true, false}) {
            for (Bidding bidding : Bidding.values()) {
                rows.add(row(first, bidding, markets));
            }
        }
        return new ShadingReport(command, requests, rows);
    }

    private static Row row(boolean first, Bidding bidding, List<List<ShadingBidder>> markets) {
        List<Bought> bought = bought(first, bidding, markets);
        List<Bought> value = bought(first, Bidding.VALUE, markets);
        List<Bought> margin = bought(first, Bidding.MARGIN, markets);
        return new Row(first ? "first price" : "second price", bidding.label(),
                bought.stream().reduce(Bought.NOTHING, Bought::plus),
                change(IntStream.range(0, bought.size())
                        .mapToDouble(i -> (bought.get(i).surplusUsd() - margin.get(i).surplusUsd())
                                / margin.get(i).spendUsd())
                        .toArray()),
                relative(bought, bought(first, Bidding.FLAT_45, markets), Bought::surplusUsd),
                relative(bought, value, Bought::wins), relative(bought, value, Bought::ctr),
                relative(bought, value, Bought::costPerClickUsd));
    }

    private static List<Bought> bought(boolean first, Bidding bidding, List<List<ShadingBidder>> markets) {
        return markets.stream().map(market -> ShadingMarket.of(market, bidding))
                .map(bidder -> first ? bidder.firstPrice() : bidder.secondPrice()).toList();
    }

    private static Change relative(List<Bought> some, List<Bought> others, ToDoubleFunction<Bought> figure) {
        return change(IntStream.range(0, some.size())
                .mapToDouble(i -> figure.applyAsDouble(some.get(i)) / figure.applyAsDouble(others.get(i)) - 1)
                .toArray());
    }

    private static Change change(double... changes) {
        var runs = PairedRuns.of(changes);
        var interval = runs.interval(LEVEL);
        return new Change(runs.mean(), interval.low(), interval.high());
    }

    /** The table. */
    String text() {
        return ReportTable.of(rows, List.of(left("auctions", Row::auctions), left("bids", Row::bidding),
                right("bid in", row -> String.format(Locale.ROOT, "%,d", row.total().auctions())),
                right("won", row -> String.format(Locale.ROOT, "%.2f %%", 100 * row.total().winRate())),
                right("CTR", row -> String.format(Locale.ROOT, "%.3f %%", 100 * row.total().ctr())),
                right("spend USD", row -> String.format(Locale.ROOT, "%,.0f", row.total().spendUsd())),
                right("surplus USD", row -> String.format(Locale.ROOT, "%,.0f", row.total().surplusUsd())),
                right("USD a click", row -> String.format(Locale.ROOT, "%.3f", row.total().costPerClickUsd())),
                right("surplus over margin 15 %, of its spend", row -> row.overMargin().toString()),
                right("surplus over margin 45 %", row -> row.overFlat().toString()),
                right("wins", row -> row.wins().toString()), right("CTR change", row -> row.ctr().toString()),
                right("USD a click, change", row -> row.costPerClick().toString())));
    }

    /** The JSON text. */
    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }
}
