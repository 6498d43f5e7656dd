package io.sextant.bidder.replay;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.bidder.decision.SegmentReader.Cut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What came of a replay.
 *
 * @param command          how it was called
 * @param jvm              what it ran on
 * @param kernels          which kernels computed the model
 * @param seconds          how long it took
 * @param decisions        decisions that were read
 * @param recomputed       those that were computed again
 * @param mismatches       those of them that came out different
 * @param mismatchesByKind how many came out different in what; one decision may count in several
 * @param notRecomputable  decisions that ended because their time was up
 * @param withoutState     decisions of which something that they were made with is missing
 * @param missing          what is missing, each place once, with the remedy
 * @param cuts             segments that could not be read to their end
 * @param arms             the same by arm
 */
record ReplayReport(String command, String jvm, String kernels, double seconds, long decisions, long recomputed,
        long mismatches,
        Map<String, Long> mismatchesByKind, long notRecomputable, long withoutState, List<String> missing,
        List<CutRow> cuts, List<ArmRow> arms) {
    /**
     * The decisions of an arm.
     *
     * @param arm             its name
     * @param decisions       read
     * @param recomputed      computed again
     * @param mismatches      came out different
     * @param notRecomputable ended because their time was up
     * @param withoutState    lack something that they were made with
     */
    record ArmRow(String arm, long decisions, long recomputed, long mismatches, long notRecomputable,
            long withoutState) {}

    /**
     * A segment that could not be read to its end.
     *
     * @param segment   the file
     * @param events    events before the place
     * @param bytesLost bytes of what follows them, as far as they could be unpacked
     * @param damaged   whether it is damaged; else it breaks off
     * @param cause     what was found
     */
    record CutRow(String segment, long events, long bytesLost, boolean damaged, String cause) {
        static CutRow of(Cut cut) {
            return new CutRow(cut.segment().toString(), cut.events(), cut.bytesLost(), cut.damaged(), cut.cause());
        }

        String text() {
            return String.format(Locale.ROOT,
                    "%s: %s after %,d decisions; %,d bytes behind them are no whole decision%s",
                    segment, cause, events, bytesLost,
                    damaged ? "; the file is damaged, take it from a copy"
                            : " (the bidder was killed, or is still writing)");
        }
    }

    /** Whether every decision that does not depend on the clock came out the same, and there was one. */
    boolean good() {
        return decisions > 0 && mismatches == 0 && withoutState == 0 && cuts.stream().noneMatch(CutRow::damaged);
    }

    /** For people, without a line break at its end. */
    String text() {
        var text = new StringBuilder(table());
        mismatchesByKind.forEach((kind, count) -> text.append(String.format(Locale.ROOT, "%n%-18s %,d", kind, count)));
        missing.forEach(line -> text.append(System.lineSeparator()).append(line));
        cuts.forEach(cut -> text.append(System.lineSeparator()).append(cut.text()));
        text.append(String.format(Locale.ROOT, "%n%,d decisions, %,d recomputed, %,d mismatches, %,d not recomputable "
                + "(their time was up), %,d without what they were made with; %.1f s, kernels: %s", decisions,
                recomputed,
                mismatches,
                notRecomputable, withoutState, seconds, kernels));
        if (decisions == 0) {
            text.append(System.lineSeparator())
                    .append("There is no decision here: is events.sample-share of the bidder above 0?");
        }
        return text.toString();
    }

    private String table() {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, arms,
                List.of(new Column().header("arm").dataAlign(HorizontalAlign.LEFT).with(ArmRow::arm),
                        number("decisions", ArmRow::decisions), number("recomputed", ArmRow::recomputed),
                        number("mismatches", ArmRow::mismatches), number("timed out", ArmRow::notRecomputable),
                        number("without state", ArmRow::withoutState)));
    }

    private static ColumnData<ArmRow> number(String header, ToLongFunction<ArmRow> value) {
        return new Column().header(header).dataAlign(HorizontalAlign.RIGHT)
                .with(row -> String.format(Locale.ROOT, "%,d", value.applyAsLong(row)));
    }

    /**
     * Writes the figures as JSON.
     *
     * @throws IOException if the file cannot be written
     */
    void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file,
                JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                        .enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(this)
                        + System.lineSeparator());
    }
}
