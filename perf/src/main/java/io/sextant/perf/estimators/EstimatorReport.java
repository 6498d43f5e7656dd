package io.sextant.perf.estimators;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.freva.asciitable.ColumnData;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import io.sextant.perf.estimators.EstimatorVerdict.Correlation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the estimator check found, for people and for programs.
 *
 * @param command       that was given
 * @param source        where requests come from, in words
 * @param settings      in force, by key
 * @param exposureLabel what exposures are counted of
 * @param errorLabel    what the uncertainty is held against
 * @param otherLabel    and the second such thing
 * @param seconds       it took
 * @param machine       where it ran
 * @param runs          one a seed
 * @param estimators    over all runs, the estimators, then the yardsticks
 */
record EstimatorReport(@JsonProperty("command") String command, @JsonProperty("source") String source,
        @JsonProperty("settings") Map<String, String> settings, @JsonProperty("exposures_of") String exposureLabel,
        @JsonProperty("error") String errorLabel, @JsonProperty("other_error") String otherLabel,
        @JsonProperty("duration_seconds") double seconds, @JsonProperty("machine") Machine machine,
        @JsonProperty("runs") List<EstimatorRun> runs,
        @JsonProperty("estimators") List<EstimatorVerdict> estimators) {
    private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE).build();

    EstimatorReport {
        settings = new LinkedHashMap<>(settings);
        runs = List.copyOf(runs);
        estimators = List.copyOf(estimators);
    }

    /** The verdicts over some runs, in the runs' order. */
    static List<EstimatorVerdict> verdicts(List<EstimatorRun> runs, Map<String, Double> costs) {
        return IntStream.range(0, runs.getFirst().estimators().size())
                .mapToObj(place -> EstimatorVerdict.of(runs, place,
                        costs.getOrDefault(runs.getFirst().estimators().get(place).name(), Double.NaN)))
                .toList();
    }

    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT,
                "%s; %d runs in %.0f s. %,d impressions learned from and %,d requests judged in the first; PCOC %.3f.",
                source, runs.size(), seconds, runs.getFirst().learned(), runs.getFirst().looked(),
                runs.getFirst().pcoc()));
        parts.add(
                "Spearman's rank correlations of the uncertainty of requests; mean over runs ± half of the 95 % interval"
                        + " (Student's t over runs). \"At fixed CTR\": within tenths by predicted click probability, averaged.");
        parts.add(ReportTable.of(estimators, List.of(left("estimator", EstimatorVerdict::name),
                right("exposures", row -> of(row.exposures())),
                right("at fixed CTR", row -> of(row.exposuresFixed())), right("p (1 - p)", row -> of(row.variance())),
                right(errorLabel, row -> of(row.error())), right("at fixed CTR", row -> of(row.errorFixed())),
                right(otherLabel, row -> of(row.otherError())),
                right("cost ns", row -> Double.isNaN(row.costNs()) ? "" : fixed(0, row.costNs())))));
        parts.add("Mean uncertainty over that of all requests, by " + exposureLabel + ":");
        parts.add(cells(ExposureCell::relative));
        parts.add("The same at fixed CTR: within tenths by predicted click probability, averaged over the tenths:");
        parts.add(cells(ExposureCell::fixedCtr));
        parts.add(ReportTable.of(estimators, List.of(left("estimator", EstimatorVerdict::name),
                left("verdict", EstimatorVerdict::verdict))));
        parts.add(String.format(Locale.ROOT,
                "Rules. Measures what is not known: correlation with exposures at fixed CTR below %.2f. Proxy for CTR: "
                        + "correlation with p (1 - p) above %.2f, upside down below the negative. Finds errors: correlation with the error at fixed "
                        + "CTR above %.0f. Each with the whole interval.",
                EstimatorVerdict.FALLS_BELOW, EstimatorVerdict.PROXY_ABOVE, EstimatorVerdict.FINDS_ABOVE));
        return String.join(System.lineSeparator(), parts);
    }

    private String cells(ToDoubleFunction<ExposureCell> figure) {
        List<ExposureCell> heads = estimators.getFirst().cells();
        List<ColumnData<EstimatorVerdict>> columns = new ArrayList<>();
        columns.add(left("exposures (requests)", EstimatorVerdict::name));
        for (int i = 0; i < heads.size(); i++) {
            int place = i;
            if (heads.get(i).requests() > 0) {
                columns.add(
                        right(label(heads.get(i)) + " (" + String.format(Locale.ROOT, "%,d", heads.get(i).requests())
                                + ")", row -> number(figure.applyAsDouble(row.cells().get(place)))));
            }
        }
        return ReportTable.of(estimators, columns);
    }

    /** The exposures as people write them. */
    static String label(ExposureCell cell) {
        if (cell.to() <= 1) {
            return "0";
        }
        return Double.isInfinite(cell.to()) ? String.format(Locale.ROOT, "%,d or more", (long) cell.from())
                : String.format(Locale.ROOT, "%,d to %,d", (long) cell.from(), (long) cell.to() - 1);
    }

    private static String of(Correlation correlation) {
        return Double.isNaN(correlation.low()) ? number(correlation.mean())
                : number(correlation.mean()) + " ± " + fixed(2, (correlation.high() - correlation.low()) / 2);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : fixed(2, value);
    }

    private static String fixed(int digits, double value) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** The JSON text; numbers that are not finite are texts. */
    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }
}
