package io.sextant.trainer.data;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.event.Example;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A dump of the topic of examples. A correction pair becomes what is right in the end: the impression with its click, once.
 */
final class ExampleRows implements DataReader.RowReader {
    private static final Hasher64 BID_IDS = Hashing.xxh3_64();

    private final FeatureSchema schema;
    private final int[] features;

    ExampleRows(FeatureSchema schema) {
        this.schema = schema;
        this.features = new int[schema.size()];
    }

    @Override
    public void read(Path file, DataSet.Builder rows, long rowsMax, BadLines badLines)
            throws DataException, IOException {
        long number = 0;
        try (InputStream in = InputFiles.unzipped(InputFiles.watched(file, "read"))) {
            while (rows.size() < rowsMax) {
                number++;
                Example example = next(in, file, number);
                if (example == null) {
                    return;
                }
                String problem = problem(example);
                if (problem == null) {
                    add(example, rows);
                } else {
                    badLines.add(file, number, problem);
                }
            }
        }
    }

    /* Lengths stand between messages: behind a damaged one nothing can be found any more. */
    private static @Nullable Example next(InputStream in, Path file, long number) throws DataException, IOException {
        try {
            return Example.parseDelimitedFrom(in);
        } catch (InvalidProtocolBufferException | EOFException e) {
            throw new DataException(file + ":" + number + ": the example cannot be read (" + e.getMessage()
                    + "); the file is cut or damaged, dump it again or take the " + (number - 1)
                    + " before it with --limit");
        }
    }

    private @Nullable String problem(Example example) {
        if (example.getSchemaFingerprint() != schema.fingerprint()) {
            return "the example was encoded with schema " + Long.toHexString(example.getSchemaFingerprint())
                    + ", here it is " + Long.toHexString(schema.fingerprint())
                    + "; set model.rows-factor and model.hash-seed as the bidders had them";
        }
        if (example.getFeatureCount() != schema.size()) {
            return "the example has " + example.getFeatureCount() + " features, must be " + schema.size();
        }
        if (example.getWeight() != 1 && example.getWeight() != -1) {
            return "the example's weight is " + example.getWeight() + ", must be 1 or -1";
        }
        for (int field = 0; field < features.length; field++) {
            int place = example.getFeature(field) - schema.maskIndex(field);
            if (place < 0 || place >= schema.fields().get(field).rows()) {
                return "feature " + schema.fields().get(field).name() + " is " + example.getFeature(field)
                        + ", which is no row of its field";
            }
            features[field] = example.getFeature(field);
        }
        return null;
    }

    private void add(Example example, DataSet.Builder rows) throws DataException {
        long key = BID_IDS.hashCharsToLong(example.getBidId());
        if (example.getWeight() < 0) {
            rows.takeBack(example.getClick(), key);
        } else {
            rows.add(features, example.getClick(), example.getImpressionTimeMs(), example.getExchange(), key);
        }
    }
}
