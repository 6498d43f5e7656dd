package io.sextant.abtesting.policy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Reads logs in the form of the Open Bandit data (Saito and others 2020): CSV with a header, a row a decision, plain or
 * compressed with gzip. The actions are the items, the strata the positions, a round is one time and user. Stateless.
 */
public final class OpenBanditReader {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final String[] USER = {"user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"};
    /** As Python writes times: 2019-11-24 00:03:13.442536+00:00. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral(' ').append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffset("+HH:MM", "Z").toFormatter(Locale.ROOT);

    private OpenBanditReader() {}

    /**
     * Reads a log.
     *
     * @throws PolicyLogException if it cannot be used, naming line and column
     * @throws IOException        if the file cannot be read
     */
    public static LoggedDecisions read(Path file) throws PolicyLogException, IOException {
        var decisions = new LoggedDecisions.Builder(USER);
        try (InputStream in = unzipped(new BufferedInputStream(Files.newInputStream(file)));
                MappingIterator<Map<String, String>> rows = new CsvMapper()
                        .readerFor(Map.class).with(CsvSchema.emptySchema().withHeader()).readValues(in)) {
            while (rows.hasNext()) {
                Map<String, String> row = rows.next();
                try {
                    add(row, decisions);
                } catch (IllegalArgumentException | DateTimeException e) {
                    // The header is line 1.
                    throw new PolicyLogException(file + ":" + (decisions.size() + 2) + ": " + e.getMessage());
                }
            }
        } catch (JacksonException e) {
            throw new PolicyLogException(file + ": is no CSV (" + e.getOriginalMessage() + ")");
        }
        if (decisions.size() == 0) {
            throw new PolicyLogException(file + ": there is no decision in it");
        }
        return decisions.build();
    }

    private static void add(Map<String, String> row, LoggedDecisions.Builder decisions) {
        String click = column(row, "click");
        if (!"0".equals(click) && !"1".equals(click)) {
            throw new IllegalArgumentException("click is " + click + ", must be 0 or 1");
        }
        String[] user = new String[USER.length];
        for (int i = 0; i < user.length; i++) {
            user[i] = column(row, USER[i]);
        }
        String time = column(row, "timestamp");
        decisions.add(column(row, "item_id"), Double.parseDouble(column(row, "propensity_score")),
                "1".equals(click), time + String.join("|", user), column(row, "position"),
                OffsetDateTime.parse(time, TIME).toInstant().toEpochMilli(), user);
    }

    private static String column(Map<String, String> row, String name) {
        String value = row.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no column " + name + ", only " + row.keySet());
        }
        return value;
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = ((in.read() << 8) | in.read()) == GZIP_MAGIC;
        in.reset();
        return gzip ? new GZIPInputStream(in) : in;
    }
}
