package io.sextant.trainer.data;

import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads labelled impressions from files into memory, with a progress bar a file. Lines that cannot be read are passed over
 * and counted, up to a limit.
 *
 * <p>
 * Threading: one thread.
 */
public final class DataReader {
    private final InputFiles input;
    private final ReadOptions options;

    /** Reads nothing yet. */
    public DataReader(InputFiles input, ReadOptions options) {
        this.input = input;
        this.options = options;
    }

    /**
     * The schema that fits the files: libsvm's and libffm's fields are those of the lines, with room for the values that they
     * have; everything else has the bidder's features.
     *
     * @param bidders the schema that bidders encode with
     * @throws DataException if the files cannot be used
     * @throws IOException   if they cannot be read
     */
    public FeatureSchema schema(FeatureSchema bidders) throws DataException, IOException {
        return switch (input.format()) {
            case IPINYOU, EXAMPLES -> bidders;
            case LIBSVM, LIBFFM -> {
                var survey = new IndexedSurvey(new IndexedLines(input.format(), options), options.adFields());
                var badLines = new BadLines(options.badLinesMax());
                for (Path file : input.files()) {
                    survey.read(file, options.rowsMax(), badLines);
                }
                yield survey.schema(bidders.hashSeed());
            }
            case CTR_COLUMNS -> throw noFeatures();
        };
    }

    /**
     * Reads everything.
     *
     * @param schema to encode for; of a dump of examples the one that they were encoded with
     * @throws DataException if the files do not fit the schema, too many lines cannot be read, or memory does not hold them
     * @throws IOException   if they cannot be read
     */
    public DataSet read(FeatureSchema schema) throws DataException, IOException {
        var badLines = new BadLines(options.badLinesMax());
        var rows = new DataSet.Builder(schema, badLines);
        RowReader reader = switch (input.format()) {
            case IPINYOU -> new LogRows(schema);
            case EXAMPLES -> new ExampleRows(schema);
            case LIBSVM, LIBFFM -> new IndexedRows(new IndexedLines(input.format(), options), schema);
            case CTR_COLUMNS -> throw noFeatures();
        };
        for (Path file : input.files()) {
            if (rows.size() < options.rowsMax()) {
                reader.read(file, rows, options.rowsMax(), badLines);
            }
        }
        DataSet data = rows.build();
        if (data.size() == 0) {
            throw new DataException(input.files() + ": there is no impression in it that can be read"
                    + (data.problems().isEmpty() ? "" : "; the first problem: " + data.problems().getFirst()));
        }
        return data;
    }

    private DataException noFeatures() {
        return new DataException(input.files().getFirst() + ": " + DataFormat.CTR_COLUMNS
                + " has predictions and no features: it can be evaluated without a model, not trained on");
    }

    /** Reads the impressions of one file. */
    interface RowReader {
        void read(Path file, DataSet.Builder rows, long rowsMax, BadLines badLines) throws DataException, IOException;
    }
}
