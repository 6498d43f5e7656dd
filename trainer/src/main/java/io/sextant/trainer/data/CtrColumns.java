package io.sextant.trainer.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Outcomes with somebody's predictions: a line has click, price and predicted click probability, separated by blanks, tabs
 * or commas; further columns are ignored. Not thread-safe.
 */
public final class CtrColumns {
    private static final int COLUMNS = 3;

    private final BadLines badLines;
    private int size;
    private boolean[] clicks = new boolean[1_024];
    private double[] predictions = new double[1_024];

    private CtrColumns(BadLines badLines) {
        this.badLines = badLines;
    }

    /**
     * Reads files.
     *
     * @throws DataException if too many lines cannot be read
     * @throws IOException   if a file cannot be read
     */
    public static CtrColumns read(InputFiles input, ReadOptions options) throws DataException, IOException {
        var badLines = new BadLines(options.badLinesMax());
        var columns = new CtrColumns(badLines);
        for (Path file : input.files()) {
            try (BufferedReader reader = InputFiles.text(file, "read")) {
                long number = 0;
                for (String line = reader.readLine(); line != null && columns.size < options.rowsMax(); line = reader
                        .readLine()) {
                    number++;
                    try {
                        columns.add(line);
                    } catch (MalformedLineException e) {
                        badLines.add(file, number, String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        if (columns.size == 0) {
            throw new DataException(input.files() + ": there is no line in it that can be read"
                    + (badLines.problems().isEmpty() ? "" : "; the first problem: " + badLines.problems().getFirst()));
        }
        return columns;
    }

    private void add(String line) throws MalformedLineException {
        String[] parts = line.strip().split("[\\s,]+", COLUMNS + 1);
        if (parts.length < COLUMNS) {
            throw new MalformedLineException("has " + parts.length + " columns, must have click, price, prediction");
        }
        if (!parts[0].equals("0") && !parts[0].equals("1")) {
            throw new MalformedLineException("the click is \"" + parts[0] + "\", must be 0 or 1");
        }
        double prediction;
        try {
            prediction = Double.parseDouble(parts[2]);
        } catch (NumberFormatException _) {
            prediction = Double.NaN;
        }
        if (!(prediction > 0 && prediction < 1)) {
            throw new MalformedLineException("the prediction is \"" + parts[2] + "\", must be above 0 and below 1");
        }
        if (size == clicks.length) {
            clicks = Arrays.copyOf(clicks, size * 2);
            predictions = Arrays.copyOf(predictions, size * 2);
        }
        clicks[size] = parts[0].equals("1");
        predictions[size] = prediction;
        size++;
    }

    /** Number of lines. */
    public int size() {
        return size;
    }

    /** Lines that could not be read and were passed over. */
    public long badLines() {
        return badLines.count();
    }

    /** The first of them, each as file:line: problem. */
    public List<String> problems() {
        return badLines.problems();
    }

    /** Whether line {@code i}, from 0 in the order of the files, was clicked. */
    public boolean click(int i) {
        return clicks[i];
    }

    /** Predicted click probability of line {@code i}, above 0 and below 1. */
    public double prediction(int i) {
        return predictions[i];
    }
}
