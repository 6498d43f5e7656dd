package io.sextant.trainer.data;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Takes libsvm's and libffm's lines apart: which field an entry belongs to, and a hash of what stands there.
 */
/*
 * A model here has one categorical value a field. So an entry's value is its index, and, unless the number behind it is 1,
 * the class of that number: its sign and its logarithm to base 2 in halves. Several entries of one field are one value, the
 * set of them. An entry whose number is 0 is as good as absent.
 *
 * libsvm knows no fields. They are, in this order: what a feature index says, what the groups say, the place in the line. The
 * last only if every line has as many entries.
 */
final class IndexedLines {
    private static final Hasher64 TOKENS = Hashing.xxh3_64();
    private static final double CLASSES_A_DOUBLING = 2;
    private static final String DELIMITERS = " \t";

    private final DataFormat format;
    private final ReadOptions options;
    private final @Nullable Map<String, String> fieldsByIndex;
    private final Map<String, String> names = new HashMap<>();
    private int entriesExpected = -1;

    private boolean click;
    private int count;
    private String[] fields = new String[64];
    private long[] values = new long[64];

    IndexedLines(DataFormat format, ReadOptions options) throws DataException, IOException {
        this.format = format;
        this.options = options;
        this.fieldsByIndex = options.featureIndex() == null ? null : featureIndex(options.featureIndex());
    }

    /** Takes the fields of a line; the arrays of {@link #field} and {@link #value} are overwritten by the next. */
    @FunctionalInterface
    interface Sink {
        void accept(long line) throws DataException, MalformedLineException;
    }

    /** Reads a file's lines one after the other. */
    void read(Path file, String task, long linesMax, BadLines badLines, Sink sink) throws DataException, IOException {
        try (BufferedReader reader = InputFiles.text(file, task)) {
            long number = 0;
            for (String line = reader.readLine(); line != null && number < linesMax; line = reader.readLine()) {
                number++;
                try {
                    parse(line);
                    sink.accept(number);
                } catch (MalformedLineException e) {
                    badLines.add(file, number, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /** Whether the last line is of a click. */
    boolean click() {
        return click;
    }

    /** Fields of the last line, each once. */
    int count() {
        return count;
    }

    /** Name of one of its fields. */
    String field(int i) {
        return fields[i];
    }

    /** Hash of what stands in it. */
    long value(int i) {
        return values[i];
    }

    private void parse(String line) throws MalformedLineException {
        var tokens = new StringTokenizer(line, DELIMITERS);
        if (!tokens.hasMoreTokens()) {
            throw new MalformedLineException("is empty, must be a label and its features");
        }
        click = switch (tokens.nextToken()) {
            case "1", "+1", "1.0" -> true;
            case "0", "-1", "0.0", "-1.0" -> false;
            case String label -> throw new MalformedLineException(
                    "the label is \"" + label + "\", must be 1 for a click, 0 or -1 for none");
        };
        count = 0;
        int position = 0;
        boolean byPosition = format == DataFormat.LIBSVM && fieldsByIndex == null && options.groups().isEmpty();
        while (tokens.hasMoreTokens()) {
            entry(tokens.nextToken(), position++, byPosition);
        }
        if (byPosition) {
            requireAsMany(position);
        }
    }

    private void requireAsMany(int entries) throws MalformedLineException {
        if (entriesExpected < 0) {
            entriesExpected = entries;
        } else if (entries != entriesExpected) {
            throw new MalformedLineException("has " + entries + " entries, the lines before it " + entriesExpected
                    + ": places are no fields then; say which index is of which field with --feature-index or --groups");
        }
    }

    private void entry(String token, int position, boolean byPosition) throws MalformedLineException {
        int last = token.lastIndexOf(':');
        int first = token.indexOf(':');
        boolean ffm = format == DataFormat.LIBFFM;
        if (first < 1 || last == token.length() - 1 || (ffm ? first == last || last == first + 1 : first != last)) {
            throw new MalformedLineException("the entry \"" + token + "\" is no "
                    + (ffm ? "field:index:value" : "index:value"));
        }
        String index = token.substring(ffm ? first + 1 : 0, last);
        double number = number(token, token.substring(last + 1));
        if (number == 0) {
            return;
        }
        String field;
        if (ffm) {
            field = names.computeIfAbsent(token.substring(0, first), name -> "field-" + name);
        } else if (byPosition) {
            field = names.computeIfAbsent(String.valueOf(position), place -> "position-" + place);
        } else {
            field = fieldOf(index);
        }
        long value = TOKENS.hashCharsToLong(index);
        if (number != 1) {
            long size = Math.round(CLASSES_A_DOUBLING * Math.log(Math.abs(number)) / Math.log(2));
            value = TOKENS.hashLongLongToLong(value, number < 0 ? ~size : size);
        }
        add(field, value);
    }

    private static double number(String token, String text) throws MalformedLineException {
        try {
            double number = Double.parseDouble(text);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below, with the entry.
        }
        throw new MalformedLineException("the entry \"" + token + "\" does not end with a number");
    }

    private String fieldOf(String index) throws MalformedLineException {
        if (fieldsByIndex != null) {
            String field = fieldsByIndex.get(index);
            if (field == null) {
                throw new MalformedLineException("the index " + index + " is not in " + options.featureIndex());
            }
            return field;
        }
        try {
            long number = Long.parseLong(index);
            for (ReadOptions.IndexGroup group : options.groups()) {
                if (number >= group.from() && number <= group.to()) {
                    return group.name();
                }
            }
        } catch (NumberFormatException _) {
            // Told below: a text is in no range.
        }
        throw new MalformedLineException("the index " + index + " is in none of --groups");
    }

    private void add(String field, long value) {
        for (int i = 0; i < count; i++) {
            if (fields[i].equals(field)) {
                // Sums of hashes do not depend on the order of the set.
                values[i] += value;
                return;
            }
        }
        if (count == fields.length) {
            fields = Arrays.copyOf(fields, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        fields[count] = field;
        values[count] = value;
        count++;
    }

    /** Which field an index is of, from lines {@code field:value<TAB>index}. */
    private static Map<String, String> featureIndex(Path file) throws DataException, IOException {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> shared = new HashMap<>();
        try (BufferedReader reader = InputFiles.text(file, "read")) {
            long number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                int tab = line.lastIndexOf('\t');
                int colon = line.indexOf(':');
                if (tab < 1 || tab == line.length() - 1) {
                    throw new DataException(file + ":" + number + ": is no \"field:value<TAB>index\"");
                }
                // An index without a value, such as that of a constant, is a field of its own.
                String field = line.substring(0, colon < 1 || colon > tab ? tab : colon);
                fields.put(line.substring(tab + 1).strip(), shared.computeIfAbsent(field, name -> name));
            }
        }
        return fields;
    }
}
