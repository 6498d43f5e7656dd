package io.sextant.trainer.data;

import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** libsvm or libffm lines as rows of a schema with their fields. */
final class IndexedRows implements DataReader.RowReader {
    private final IndexedLines lines;
    private final FeatureSchema schema;
    private final Map<String, Integer> places = new HashMap<>();
    private final int[] features;

    IndexedRows(IndexedLines lines, FeatureSchema schema) {
        this.lines = lines;
        this.schema = schema;
        this.features = new int[schema.size()];
        for (int field = 0; field < schema.size(); field++) {
            places.put(schema.fields().get(field).name(), field);
        }
    }

    @Override
    public void read(Path file, DataSet.Builder rows, long rowsMax, BadLines badLines)
            throws DataException, IOException {
        lines.read(file, "read", rowsMax - rows.size(), badLines, _ -> {
            for (int field = 0; field < features.length; field++) {
                features[field] = schema.missingIndex(field);
            }
            for (int i = 0; i < lines.count(); i++) {
                Integer field = places.get(lines.field(i));
                if (field == null) {
                    throw new MalformedLineException("the model has no field \"" + lines.field(i) + "\", it has "
                            + places.keySet());
                }
                features[field] = schema.valueIndex(field, lines.value(i));
            }
            rows.add(features, lines.click(), 0, "", 0);
        });
    }
}
