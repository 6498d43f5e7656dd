package io.sextant.perf.pacing;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.github.freva.asciitable.ColumnData;
import io.sextant.perf.ReportTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Accounts beside each other.
 *
 * @param command that was given
 * @param seed    of all that is drawn
 * @param rows    an account each
 */
record PacingReport(@JsonProperty("command") String command, @JsonProperty("seed") long seed,
        @JsonProperty("rows") List<Row> rows) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * One account.
     *
     * @param name   of the case
     * @param pacing how its budget is spread
     * @param days   in order; the first begins without knowing anything
     */
    record Row(@JsonProperty("name") String name, @JsonProperty("pacing") String pacing,
            @JsonProperty("days") List<PacedDay> days) {
        private List<PacedDay> later() {
            return days.subList(1, days.size());
        }

        /* What is spent as fast as it comes has no plan, and where demand is always short it is never kept. */
        private boolean isPlanned() {
            return !pacing.equals("asap") && !Double.isNaN(worst(PacedDay::worstOff));
        }

        private String percentOff(double off) {
            return isPlanned() ? percent(off) : "-";
        }

        private double worst(ToDoubleFunction<PacedDay> figure) {
            return later().stream().mapToDouble(figure).max().orElseThrow();
        }

        private double least(ToDoubleFunction<PacedDay> figure) {
            return later().stream().mapToDouble(figure).min().orElseThrow();
        }
    }

    /** From accounts that were run for at least two days. */
    static PacingReport of(String command, long seed, List<PacingCase> cases, List<List<PacedDay>> days) {
        return new PacingReport(command, seed,
                IntStream.range(0, cases.size()).mapToObj(i -> new Row(cases.get(i).name(),
                        cases.get(i).pacing().name().toLowerCase(Locale.ROOT), days.get(i))).toList());
    }

    /** The tables: accounts, and the last day hour by hour. */
    String text() {
        String accounts = ReportTable.of(rows, List.of(left("budget", Row::name), left("pacing", Row::pacing),
                right("impressions a day",
                        row -> String.format(Locale.ROOT, "%,.0f",
                                row.later().stream().mapToLong(PacedDay::impressions).average().orElseThrow())),
                right("first day: farthest off plan", row -> row.percentOff(row.days().getFirst().worstOff())),
                right("its spend", row -> percent(row.days().getFirst().spentShare())),
                right("later days: farthest off plan", row -> row.percentOff(row.worst(PacedDay::worstOff))),
                right("in impressions",
                        row -> row.isPlanned()
                                ? String.format(Locale.ROOT, "%,.1f", row.worst(PacedDay::worstOffImpressions))
                                : "-"),
                right("hours short of demand",
                        row -> String.format(Locale.ROOT, "%.0f", row.worst(PacedDay::hoursShort))),
                right("least spend", row -> percent(row.least(PacedDay::spentShare))),
                right("most spend", row -> percent(row.worst(PacedDay::spentShare))),
                right("most settled and leased",
                        row -> percent(row.worst(day -> (double) day.mostNanos() / day.budgetNanos()))),
                right("late", row -> Long.toString(row.days().stream().mapToLong(PacedDay::lateNanos).sum()))));
        List<ColumnData<Integer>> columns = new ArrayList<>();
        columns.add(right("hours", hour -> Integer.toString(hour)));
        for (Row row : rows) {
            columns.add(right(row.name() + ", " + row.pacing(),
                    hour -> String.format(Locale.ROOT, "%+.2f%s", 100 * row.days().getLast().off(hour),
                            row.days().getLast().shortHours().get(hour - 1) ? "*" : "")));
        }
        return accounts + System.lineSeparator() + System.lineSeparator()
                + "Settled over plan on the last day, % above or below; * demand is short:" + System.lineSeparator()
                + ReportTable.of(IntStream.rangeClosed(1, HourlyTraffic.HOURS).boxed().toList(), columns);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** The JSON text. */
    String json() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }
}
