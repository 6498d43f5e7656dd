package io.sextant.perf.tune;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the sweep found. Not exploring at all is at 0 and 0 and counts among the settings.
 *
 * @param command  that was given
 * @param settings of the base experiment, by key
 * @param quick    whether the figures say little
 * @param seeds    runs of every setting
 * @param lossMax  see {@link TuneConfig}
 * @param seconds  it took
 * @param machine  where it ran
 * @param rows     one a setting
 */
record TuneReport(@JsonProperty("command") String command, @JsonProperty("settings") Map<String, String> settings,
        @JsonProperty("quick") boolean quick, @JsonProperty("seeds") int seeds,
        @JsonProperty("loss_max") double lossMax, @JsonProperty("duration_seconds") double seconds,
        @JsonProperty("machine") Machine machine, @JsonProperty("rows") List<Row> rows) {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE).build();

    TuneReport {
        settings = new LinkedHashMap<>(settings);
        rows = List.copyOf(rows);
    }

    /**
     * A setting and what it did.
     *
     * @param setting the setting
     * @param effect  against control
     * @param pareto  whether no other setting, and not exploring neither, is as good in both immediate profit and learning
     *                and better in one
     */
    record Row(@JsonIgnore TuneSetting setting, @JsonProperty("effect") ArmEffect effect,
            @JsonProperty("pareto") boolean pareto) {
        /** The setting by key, as a fleet takes it. */
        @JsonProperty("setting")
        Map<String, String> keys() {
            return setting.exploration();
        }
    }

    /** Rows with the Pareto set marked. */
    static List<Row> rows(List<TuneSetting> settings, List<ArmEffect> effects) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            ArmEffect own = effects.get(i);
            boolean dominated = dominates(0, 0, own)
                    || effects.stream()
                            .anyMatch(other -> dominates(other.immediate().mean(), other.learning().mean(), own));
            rows.add(new Row(settings.get(i), own, !dominated));
        }
        return rows;
    }

    private static boolean dominates(double immediate, double learning, ArmEffect over) {
        double cost = over.immediate().mean();
        double taught = over.learning().mean();
        return immediate >= cost && learning >= taught && (immediate > cost || learning > taught);
    }

    /** The setting to take: of those that cost no more than allowed the one that teaches most; the cheapest if all cost more. */
    Row chosen() {
        return rows.stream().filter(row -> row.effect.immediate().mean() >= -lossMax)
                .max(Comparator.comparingDouble(row -> row.effect.learning().mean()))
                .orElseGet(() -> rows.stream()
                        .max(Comparator.comparingDouble(row -> row.effect.immediate().mean())).orElseThrow());
    }

    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "%d settings, %d runs each, in %.0f s.%s", rows.size(), seeds, seconds,
                quick ? " Short runs: these figures say little." : ""));
        parts.add(
                "Against control, in per cent, by true click probabilities; mean ± half of the 95 % interval over runs."
                        + " Immediate: profit online over control's spend. Learning: the primary measure (over campaigns the"
                        + " smaller of spend and value) with frozen models and modifier 1; total: the same online.");
        parts.add(ReportTable.of(rows, List.of(left("setting", row -> row.setting.label()),
                right("immediate", row -> row.effect.immediate().percent()),
                right("learning", row -> row.effect.learning().percent()),
                right("total", row -> row.effect.total().percent()),
                right("premium %", row -> String.format(Locale.ROOT, "%.2f", 100 * row.effect.premium())),
                left("", row -> row.pareto ? "Pareto" : ""), left("", row -> row.equals(chosen()) ? "chosen" : ""))));
        parts.add(conclusion());
        return String.join(System.lineSeparator(), parts);
    }

    /** What is to be said of the choice. */
    String conclusion() {
        Row chosen = chosen();
        String learning = chosen.effect.learning().percent() + " %";
        List<Row> pareto = rows.stream().filter(Row::pareto).toList();
        return (pareto.isEmpty()
                ? "Pareto set: not exploring, which no setting beats in immediate profit or learning. "
                : "Pareto set: not exploring, and " + pareto.size() + " of the settings. ")
                + "Chosen: " + chosen.setting.label() + ". "
                + (chosen.effect.learning().gains() ? "Its learning effect is " + learning + "."
                        : "Its learning effect, " + learning + ", is not shown to be above none.")
                + (chosen.effect.immediate().mean() < -lossMax ? String.format(Locale.ROOT,
                        " Every setting costs more than loss-max, %.3g of control's spend; this one costs least.",
                        lossMax)
                        : "");
    }

    /** The file that a fleet takes the chosen setting from. */
    String explorationYaml() {
        List<String> lines = new ArrayList<>();
        lines.add("# Exploration settings for exploration.file of the controller, or ./sextant explore set --from.");
        lines.add("# Written by " + command + (quick ? ", from short runs that say little" : "") + ".");
        lines.add("# " + conclusion());
        chosen().setting.exploration().forEach((key, value) -> lines.add(key + ": " + value));
        return String.join(System.lineSeparator(), lines);
    }

    /** The JSON text; numbers that are not finite are texts. */
    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }
}
