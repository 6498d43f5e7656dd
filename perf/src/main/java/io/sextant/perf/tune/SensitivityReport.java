package io.sextant.perf.tune;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.ExperimentResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * In which markets exploring pays.
 *
 * @param command  that was given
 * @param settings of the experiment as it is, by key
 * @param quick    whether the figures say little
 * @param seeds    runs of every market
 * @param seconds  it took
 * @param machine  where it ran
 * @param rows     a market and arm each
 */
record SensitivityReport(@JsonProperty("command") String command,
        @JsonProperty("settings") Map<String, String> settings, @JsonProperty("quick") boolean quick,
        @JsonProperty("seeds") int seeds, @JsonProperty("duration_seconds") double seconds,
        @JsonProperty("machine") Machine machine, @JsonProperty("rows") List<Row> rows) {
    private static final double PERCENT = 100;
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE).build();

    SensitivityReport {
        settings = new LinkedHashMap<>(settings);
        rows = List.copyOf(rows);
    }

    /**
     * An arm in a market.
     *
     * @param group   what is varied; empty for the market as it is
     * @param market  to what
     * @param winRate control's wins a bid, online, mean over runs
     * @param ctr     control's expected clicks an impression, online, mean over runs
     * @param effect  of the arm against control
     */
    record Row(@JsonProperty("varied") String group, @JsonProperty("market") String market,
            @JsonProperty("control_win_rate") double winRate, @JsonProperty("control_ctr") double ctr,
            @JsonProperty("effect") ArmEffect effect) {}

    static List<Row> rows(List<Variation> variations, List<ExperimentResult> results) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < variations.size(); i++) {
            Variation variation = variations.get(i);
            ExperimentResult result = results.get(i);
            double winRate = result.runs().stream().mapToDouble(run -> run.arm(result.control()).online().winRate())
                    .average().orElse(Double.NaN);
            double ctr = result.runs().stream().mapToDouble(run -> run.arm(result.control()).online().expectedCtr())
                    .average().orElse(Double.NaN);
            result.arms().stream().filter(arm -> !arm.name().equals(result.control())).forEach(arm -> rows.add(new Row(
                    variation.group(), variation.value(), winRate, ctr, ArmEffect.of(result, arm.name()))));
        }
        return rows;
    }

    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "%d runs of every market, in %.0f s.%s", seeds, seconds,
                quick ? " Short runs: these figures say little." : ""));
        parts.add(
                "Arms against control, in per cent, by true click probabilities; mean ± half of the 95 % interval over"
                        + " runs. Immediate: profit online over control's spend. Total and learning: the primary measure (over"
                        + " campaigns the smaller of spend and value), online, and with frozen models and modifier 1.");
        parts.add(ReportTable.of(rows, List.of(left("varied", Row::group), left("market", Row::market),
                right("control wins %", row -> fixed(row.winRate)), right("its CTR %", row -> fixed(row.ctr)),
                left("arm", row -> row.effect.arm()), right("immediate", row -> row.effect.immediate().percent()),
                right("total", row -> row.effect.total().percent()), left("", row -> row.effect.total().verdict()),
                right("learning", row -> row.effect.learning().percent()),
                left("", row -> row.effect.learning().verdict()))));
        parts.add("Bid shading on and off: not in the table, this bidder does not shade its bids.");
        return String.join(System.lineSeparator(), parts);
    }

    private static String fixed(double share) {
        return String.format(Locale.ROOT, "%.2f", PERCENT * share);
    }

    /** The JSON text; numbers that are not finite are texts. */
    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }
}
