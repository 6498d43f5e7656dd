package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Models small enough to follow by hand. */
public final class SmallModels {
    private SmallModels() {}

    /** Two request fields and one ad field of four rows each. */
    public static FeatureSchema schema() {
        return new FeatureSchema(List.of(new FeatureSchema.Field("site", false, 4),
                new FeatureSchema.Field("hour", false, 4), new FeatureSchema.Field("creative", true, 4)), 7);
    }

    public static ModelDescription description(FeatureSchema schema, Architecture architecture) {
        return description(schema, architecture, 3);
    }

    /** The same of another version, whose parent is the one before. */
    public static ModelDescription description(FeatureSchema schema, Architecture architecture, long version) {
        return new ModelDescription("control", version, version - 1, schema, architecture.embeddingSize(),
                architecture.hidden(),
                architecture.dropRate(), 1024, 99, architecture.gateHidden(), 1, 0.5, 1_700_000_000_000L, 12);
    }

    /** An impression and a catalogue that holds just its candidates' ads. */
    public static final class Impression {
        public final FeatureBatch batch;
        public final AdTable ads;

        public Impression(FeatureSchema schema, int[] request, int[]... ads) {
            this.ads = new AdTable(schema, List.of(ads));
            this.batch = new FeatureBatch(schema, ads.length);
            System.arraycopy(request, 0, batch.request, 0, request.length);
            for (int ad = 0; ad < ads.length; ad++) {
                batch.add(ad);
            }
        }

        /** Random values in every field. */
        public static Impression random(FeatureSchema schema, int rows, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            int[] request = new int[schema.requestFields()];
            for (int i = 0; i < request.length; i++) {
                request[i] = schema.valueIndex(i, random.nextLong());
            }
            int[][] ads = new int[rows][schema.adFields()];
            for (int[] ad : ads) {
                for (int i = 0; i < ad.length; i++) {
                    ad[i] = schema.valueIndex(schema.requestFields() + i, random.nextLong());
                }
            }
            return new Impression(schema, request, ads);
        }

        public void begin(CtrModel model, CtrScratch scratch) {
            model.begin(model.prepare(ads), batch, scratch);
        }

        public int[] rows() {
            return IntStream.range(0, batch.size()).toArray();
        }

        /** All features of a row, {@link CtrModel#MASKED} among them. */
        public int[] features(int row) {
            int[] features = Arrays.copyOf(batch.request, ads.schema().size());
            ads.copy(row == CtrModel.MASKED ? ads.masked() : batch.ads[row], features, batch.request.length);
            return features;
        }
    }

    /** Every number drawn uniformly from -scale to scale, what is known of rows from 0 to scale. */
    public static Weights random(FeatureSchema schema, Architecture architecture, double scale, long seed) {
        Weights weights = new Weights(schema, architecture);
        SplittableRandom random = new SplittableRandom(seed);
        for (NamedTensor tensor : weights.tensors()) {
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) random.nextDouble(-scale, scale);
            }
        }
        for (NamedTensor tensor : weights.rowKnowledge()) {
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) random.nextDouble(scale / 1000, scale);
            }
        }
        return weights;
    }
}
