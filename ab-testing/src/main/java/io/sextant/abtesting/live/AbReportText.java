package io.sextant.abtesting.live;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** The report for people at a terminal. */
public final class AbReportText {
    private static final String NOTHING = "-";
    private static final int OUTBID = 102;

    private AbReportText() {}

    /** The whole text; warnings in colour where {@code ansi} says so. */
    public static String of(AbReport report, Ansi ansi) {
        List<String> parts = new ArrayList<>();
        parts.add("Bids from " + Objects.requireNonNullElse(report.from(), "the beginning") + " to " + report.to()
                + (report.preFrom() == null ? "" : ", the time before from " + report.preFrom()));
        if (report.unsound()) {
            parts.add(ansi
                    .string("@|bold,white,bg(red)  SAMPLE RATIO MISMATCH: do not believe the differences below. |@"));
        }
        report.warnings().forEach(warning -> parts.add(ansi.string(
                "@|" + (warning.startsWith("SAMPLE") ? "bold,red" : "yellow") + " ! " + warning + "|@")));
        parts.add(arms(report));
        parts.add(plain(100 * report.level()) + " %" + " intervals by the delta method over units. " + report.caveat());
        parts.add("Against " + report.control() + ":");
        parts.add(comparisons(report));
        if (!report.allocation().isEmpty()) {
            parts.add("Allocated units, one in " + report.sampleOneIn() + ":");
            parts.add(allocation(report));
        }
        if (!report.neutral().isEmpty()) {
            parts.add("The arms' models on impressions of the neutral arm:");
            parts.add(neutral(report));
        }
        parts.add("Notices: " + report.messages().entrySet().stream()
                .map(count -> String.format(Locale.ROOT, "%,d %s", count.getValue(), count.getKey().words()))
                .collect(Collectors.joining(", ")));
        return String.join(System.lineSeparator(), parts);
    }

    private static String arms(AbReport report) {
        return table(report.arms(), List.of(left("arm", ArmFigures::arm),
                right("share", arm -> percent("%.2f", arm.share())), count("requests", ArmFigures::requests),
                count("bids", ArmFigures::bids), right("win rate", arm -> percent("%.2f", arm.winRate())),
                right("told lost", arm -> losses(arm.losses())),
                right("uncertainty", arm -> number("%.6f", arm.meanUncertainty())),
                right("modifier", arm -> number("%.3f", arm.meanModifier())), count("units", ArmFigures::units),
                count("impressions", ArmFigures::impressions), count("clicks", ArmFigures::clicks),
                right("spend", arm -> number("%,.4f", arm.spend())),
                right("CTR", arm -> interval("%.3f %%", arm.ctr(), 100)),
                right("eCPC", arm -> interval("%.4f", arm.ecpc(), 1)),
                right("spend per thousand", arm -> interval("%.3f", arm.cpm(), 1)),
                count("model", ArmFigures::modelVersion)));
    }

    /** All, and those outbid (OpenRTB's reason 102). */
    static String losses(Map<Integer, Long> losses) {
        long all = losses.values().stream().mapToLong(Long::longValue).sum();
        return all == 0 ? NOTHING
                : String.format(Locale.ROOT, "%,d (%,d outbid)", all, losses.getOrDefault(OUTBID, 0L));
    }

    private static String comparisons(AbReport report) {
        boolean adjusted = report.preFrom() != null;
        boolean bootstrap = report.comparisons().stream().anyMatch(row -> row.bootstrap() != null);
        List<ColumnData<Comparison>> columns = new ArrayList<>();
        columns.add(left("measure", row -> row.measure().words()));
        columns.add(left("arm", Comparison::arm));
        columns.add(right("difference", row -> interval("%+.2f %%", row.difference(), 100)));
        if (bootstrap) {
            columns.add(right("by bootstrap", row -> ends("%+.2f %%", row.bootstrap(), 100)));
        }
        if (adjusted) {
            columns.add(right("with CUPED", row -> interval("%+.2f %%", row.adjusted(), 100)));
            columns.add(right("p with CUPED", row -> p(row.pAdjusted())));
        }
        columns.add(right("p, looked at once", row -> p(row.p())));
        columns.add(right("for all arms", row -> p(row.pHolm())));
        columns.add(right("p, at any time", row -> p(row.pAlwaysValid())));
        columns.add(right("for all arms", row -> p(row.pAlwaysValidHolm())));
        return table(report.comparisons().stream().filter(row -> row.units().equals("all")).toList(), columns);
    }

    private static String allocation(AbReport report) {
        List<ColumnData<AllocationCheck>> columns = new ArrayList<>();
        columns.add(left("made from", AllocationCheck::kind));
        for (int i = 0; i < report.arms().size(); i++) {
            int arm = i;
            columns.add(right(report.arms().get(i).arm(), check -> String.format(Locale.ROOT, "%,d (%,.0f)",
                    check.counts().get(arm), check.expected().get(arm))));
        }
        columns.add(right("p", check -> check.pValue() == null ? "too few" : p(check.pValue())));
        columns.add(left("", check -> check.suspected() ? "MISMATCH" : ""));
        return table(report.allocation(), columns);
    }

    private static String neutral(AbReport report) {
        return table(report.neutral(), List.of(left("arm", NeutralFigures::arm),
                count("impressions", NeutralFigures::examples), count("clicks", NeutralFigures::clicks),
                right("AUC", row -> number("%.4f", row.auc())),
                right("log loss", row -> number("%.5f", row.logLoss())),
                right("PCOC", row -> number("%.3f", row.pcoc())), count("model", NeutralFigures::modelVersion)));
    }

    private static <T> String table(List<T> rows, List<ColumnData<T>> columns) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
    }

    private static <T> ColumnData<T> left(String header, Function<T, String> text) {
        return new Column().header(header).dataAlign(HorizontalAlign.LEFT).with(text);
    }

    private static <T> ColumnData<T> right(String header, Function<T, String> text) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).maxWidth(60).with(text);
    }

    private static <T> ColumnData<T> count(String header, Function<T, Long> value) {
        return right(header, row -> String.format(Locale.ROOT, "%,d", value.apply(row)));
    }

    static String number(String format, @Nullable Double value) {
        return value == null ? NOTHING : String.format(Locale.ROOT, format, value);
    }

    static String percent(String format, @Nullable Double share) {
        return share == null ? NOTHING : String.format(Locale.ROOT, format + " %%", 100 * share);
    }

    /** A setting as somebody would write it. */
    static String plain(double value) {
        return new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
    }

    static String p(@Nullable Double value) {
        if (value == null) {
            return NOTHING;
        }
        return value < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", value);
    }

    /** Value and ends. */
    static String interval(String format, @Nullable Interval interval, double scale) {
        return interval == null ? NOTHING
                : String.format(Locale.ROOT, format, scale * interval.value()) + " " + ends(format, interval, scale);
    }

    /** The ends alone. */
    static String ends(String format, @Nullable Interval interval, double scale) {
        String plain = format.replace(" %%", "");
        return interval == null ? NOTHING
                : String.format(Locale.ROOT, "(" + plain + " to " + plain + ")", scale * interval.low(),
                        scale * interval.high());
    }
}
