package io.sextant.trainer.data;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Looks through libsvm or libffm lines for the fields that they have, and how many values each. */
final class IndexedSurvey {
    /** The name of the field that data without any word about ads gets; always missing. */
    static final String NO_AD = "ad";

    private static final int FIELDS_MAX = 256;
    private static final int ROWS_MIN = 1_024;
    private static final int ROWS_MAX = 1 << 20;
    /** Small vocabularies get so much room that their values hardly ever meet; large ones cannot. */
    private static final int ROOM_SMALL = 16;
    private static final int ROOM_LARGE = 4;
    private static final int SMALL_MAX = 4_096;
    /** Counts distinct values within 1.2 % in 4 kB a field. */
    private static final int PRECISION = 12;

    private final IndexedLines lines;
    private final Set<String> adFields;
    private final Map<String, UltraLogLog> values = new HashMap<>();
    private long read;

    IndexedSurvey(IndexedLines lines, Set<String> adFields) {
        this.lines = lines;
        this.adFields = adFields;
    }

    void read(Path file, long linesMax, BadLines badLines) throws DataException, IOException {
        lines.read(file, "look at", linesMax - read, badLines, number -> {
            read++;
            for (int i = 0; i < lines.count(); i++) {
                values.computeIfAbsent(lines.field(i), _ -> UltraLogLog.create(PRECISION)).add(lines.value(i));
            }
            if (values.size() > FIELDS_MAX) {
                throw new DataException(file + ":" + number + ": is the first line with which there are more than "
                        + FIELDS_MAX
                        + " fields; a field is a question with one answer, such as the hour, and not an answer:"
                        + " group indices with --groups or --feature-index");
            }
        });
    }

    /**
     * Request fields, then ad fields, each group by name.
     *
     * @throws DataException if all fields, or none, describe the request
     */
    FeatureSchema schema(long hashSeed) throws DataException {
        List<String> names = values.keySet().stream()
                .sorted(Comparator.comparingInt(IndexedSurvey::number).thenComparing(Comparator.naturalOrder()))
                .toList();
        List<FeatureSchema.Field> request = new ArrayList<>();
        List<FeatureSchema.Field> ads = new ArrayList<>();
        for (String name : names) {
            boolean ad = adFields.contains(name);
            (ad ? ads : request).add(new FeatureSchema.Field(name, ad, rows(Objects.requireNonNull(values.get(name)))));
        }
        if (request.isEmpty()) {
            throw new DataException("of the fields " + names + " none describes the request; --ad-fields names those"
                    + " that describe the ad");
        }
        if (ads.isEmpty()) {
            ads.add(new FeatureSchema.Field(NO_AD, true, FeatureSchema.FIRST_VALUE + 1));
        }
        request.addAll(ads);
        return new FeatureSchema(request, hashSeed);
    }

    /** field-10 comes after field-9. */
    private static int number(String name) {
        String digits = name.replaceFirst("^(field|position)-(\\d{1,9})$", "$2");
        return digits.length() < name.length() ? Integer.parseInt(digits) : 0;
    }

    private static int rows(UltraLogLog seen) {
        double distinct = seen.getDistinctCountEstimate();
        double room = distinct <= SMALL_MAX ? distinct * ROOM_SMALL : distinct * ROOM_LARGE;
        return FeatureSchema.FIRST_VALUE + (int) Math.clamp(Math.ceil(room), ROWS_MIN, ROWS_MAX);
    }
}
