package io.sextant.perf.loop;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * What a run of the closed loop tells, for people as tables and for programs as JSON.
 *
 * @param command         that was given
 * @param seed            of the market
 * @param durationSeconds of the run
 * @param marketHours     how long the run was in the market's time
 * @param machine         where it ran
 * @param judged          whether there were enough impressions to hold the figures against their targets
 * @param arms            by arm number
 */
record MarketReport(String command, long seed, double durationSeconds, double marketHours, Machine machine,
        boolean judged, List<OfArm> arms) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * One arm.
     *
     * @param name        its name
     * @param bidRate     share of impressions with a bid
     * @param winRate     share of bids that won
     * @param modifier    mean modifier of what was won
     * @param spendUsd    what was paid
     * @param versions    models published
     * @param refused     models judged too bad
     * @param corrections labels that a late click took back
     * @param all         figures of the whole run
     * @param last        figures of its last part
     * @param tenths      figures of every tenth of it, as the model learned
     */
    record OfArm(@JsonProperty("arm") String name, @JsonProperty("bid_rate") double bidRate,
            @JsonProperty("win_rate") double winRate, @JsonProperty("mean_modifier") double modifier,
            @JsonProperty("spend_usd") double spendUsd, @JsonProperty("versions") long versions,
            @JsonProperty("refused") long refused, @JsonProperty("corrections") long corrections,
            @JsonProperty("all") ArmFigures all, @JsonProperty("last") ArmFigures last,
            @JsonProperty("tenths") List<ArmFigures> tenths) {}

    private record Row(String arm, String stretch, ArmFigures figures) {}

    private record ExchangeRow(String arm, String stretch, ArmFigures.OfExchange figures) {}

    /** Whether every figure of every arm's last part is within its target. */
    boolean holds() {
        return arms.stream().allMatch(arm -> arm.last().holds());
    }

    /** The tables. */
    String text() {
        List<Row> rows = new ArrayList<>();
        List<ExchangeRow> exchangeRows = new ArrayList<>();
        for (OfArm arm : arms) {
            rows.add(new Row(arm.name(), "all", arm.all()));
            rows.add(new Row("", "last", arm.last()));
            arm.all().exchanges().forEach(each -> exchangeRows.add(new ExchangeRow(arm.name(), "all", each)));
            arm.last().exchanges().forEach(each -> exchangeRows.add(new ExchangeRow(arm.name(), "last", each)));
        }
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT,
                "%.1f hours of the market in %.0f s, seed %d. PCOC is the sum of predictions over the sum of true "
                        + "probabilities.",
                marketHours, durationSeconds, seed));
        parts.add(ReportTable.of(arms, List.of(left("arm", OfArm::name), right("bids", arm -> percent(arm.bidRate())),
                right("won", arm -> percent(arm.winRate())), right("mean modifier", arm -> fixed(3, arm.modifier())),
                right("spend USD", arm -> fixed(0, arm.spendUsd())),
                right("versions", arm -> String.valueOf(arm.versions())),
                right("refused", arm -> String.valueOf(arm.refused())),
                right("labels taken back", arm -> String.valueOf(arm.corrections())))));
        parts.add(ReportTable.of(rows, List.of(left("arm", Row::arm), left("stretch", Row::stretch),
                right("impressions", row -> String.format(Locale.ROOT, "%,d", row.figures().impressions())),
                right("clicks", row -> String.format(Locale.ROOT, "%,d", row.figures().clicks())),
                right("true CTR", row -> percent(row.figures().ctr())),
                right("AUC", row -> fixed(4, row.figures().auc())),
                right("of the truth", row -> fixed(4, row.figures().truthAuc())),
                right("below it", row -> fixed(4, row.figures().aucGap())),
                right("log loss", row -> fixed(5, row.figures().logLoss())),
                right("of the truth", row -> fixed(5, row.figures().truthLogLoss())),
                right("PCOC raw", row -> fixed(3, row.figures().rawPcoc())),
                right("calibrated", row -> fixed(3, row.figures().calibratedPcoc())),
                right("as served", row -> fixed(3, row.figures().servedPcoc())),
                left("", row -> verdict(row.stretch(), row.figures().ranks() && row.figures().honest())))));
        parts.add(ReportTable.of(exchangeRows,
                List.of(left("arm", ExchangeRow::arm), left("stretch", ExchangeRow::stretch),
                        left("exchange", row -> row.figures().exchange()),
                        right("impressions", row -> String.format(Locale.ROOT, "%,d", row.figures().impressions())),
                        right("clicks", row -> String.format(Locale.ROOT, "%,d", row.figures().clicks())),
                        right("PCOC raw", row -> fixed(3, row.figures().rawPcoc())),
                        right("calibrated", row -> fixed(3, row.figures().calibratedPcoc())),
                        right("as served", row -> fixed(3, row.figures().servedPcoc())),
                        left("", row -> verdict(row.stretch(), row.figures().holds())))));
        parts.add(
                "AUC below the truth's, of the model and of who knows more. The request: the truth but for the person, of "
                        + "middling inclination, with nothing seen before. The informed: everything but the publishers' "
                        + "hidden qualities, which are learned by Bayes's rule from all that the arm has shown.");
        parts.add(ReportTable.of(rows, List.of(left("arm", Row::arm), left("stretch", Row::stretch),
                right("the model", row -> fixed(4, row.figures().aucGap())),
                right("the request", row -> gap(row, row.figures().requestAuc())),
                right("the informed", row -> gap(row, row.figures().informedAuc())),
                right("the informed of requests", row -> gap(row, row.figures().informedRequestAuc())))));
        parts.add("The model's AUC below the truth's, tenth by tenth: " + arms.stream().map(arm -> arm.name() + " "
                + arm.tenths().stream().map(tenth -> fixed(3, tenth.aucGap())).collect(Collectors.joining(" ")))
                .collect(Collectors.joining("; ")) + ".");
        parts.add(judged
                ? String.format(Locale.ROOT,
                        "Targets, for the last part: AUC at most %.2f below the truth's, PCOC %.2f to %.2f, of an exchange "
                                + "with more than %d clicks %.1f to %.1f.",
                        ArmFigures.AUC_GAP_MAX, ArmFigures.PCOC_MIN, ArmFigures.PCOC_MAX,
                        ArmFigures.EXCHANGE_CLICKS_MIN, ArmFigures.EXCHANGE_PCOC_MIN, ArmFigures.EXCHANGE_PCOC_MAX)
                : "Too few impressions to hold these figures against targets.");
        return String.join(System.lineSeparator(), parts);
    }

    private static String gap(Row row, double auc) {
        return fixed(4, row.figures().truthAuc() - auc);
    }

    /** How each arm's model came nearer to the truth; without arms that have bought next to nothing. */
    List<Chart<?, ?>> charts() {
        return arms.stream().filter(arm -> arm.tenths().stream().allMatch(tenth -> tenth.impressions() > 0))
                .<Chart<?, ?>>map(arm -> LearningPlot.of(arm.name(), arm.tenths())).toList();
    }

    private String verdict(String stretch, boolean met) {
        return !judged || stretch.equals("all") ? "" : met ? "met" : "missed";
    }

    /** The JSON text. */
    String json() throws JsonProcessingException {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("command", command);
        members.put("seed", seed);
        members.put("duration_seconds", durationSeconds);
        members.put("market_hours", marketHours);
        members.put("judged", judged);
        members.put("targets_met", holds());
        members.put("machine", machine);
        members.put("arms", arms);
        return JSON.writeValueAsString(members);
    }

    private static String percent(double share) {
        return fixed(2, 100 * share) + " %";
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
