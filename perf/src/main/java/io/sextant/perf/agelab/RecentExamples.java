package io.sextant.perf.agelab;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.ArrayScratch;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.GaussianProcess;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.training.GaussianProcessFit;
import java.util.Arrays;

/** The newest examples, for what is fitted beside a net. Threading: one thread's. */
final class RecentExamples {
    private static final int[] FIRST = {0};

    private final int fields;
    private final int capacity;
    private final int[] features;
    private final int[] items;
    private final float[] clicks;
    private long added;

    /**
     * Empty.
     *
     * @param capacity examples that are kept; 0 for none
     */
    RecentExamples(int fields, int capacity) {
        this.fields = fields;
        this.capacity = capacity;
        this.features = new int[capacity * fields];
        this.items = new int[capacity];
        this.clicks = new float[capacity];
    }

    /** Takes an example in place of the oldest; its rows stand in {@code from} from {@code at} on. */
    void add(int[] from, int at, int item, boolean clicked) {
        if (capacity > 0) {
            int place = (int) (added++ % capacity);
            System.arraycopy(from, at, features, place * fields, fields);
            items[place] = item;
            clicks[place] = clicked ? 1 : 0;
        }
    }

    /** Examples that are kept now. */
    int size() {
        return (int) Math.min(added, capacity);
    }

    /**
     * A Gaussian process on the last hidden layer of a net.
     *
     * @param learned examples that the net has learned
     */
    GaussianProcess fit(ArrayCtrModel model, ItemCatalogue catalogue, long learned) {
        int count = size();
        int width = model.description().hidden().getLast();
        float[] outputs = new float[count * width];
        float[] logits = new float[count];
        float[] logit = new float[1];
        float[] output = new float[width];
        AdParts ads = model.prepare(catalogue.ads());
        FeatureBatch batch = new FeatureBatch(catalogue.schema(), 1);
        try (ArrayScratch scratch = model.newScratch(1)) {
            for (int i = 0; i < count; i++) {
                System.arraycopy(features, i * fields, batch.request, 0, batch.request.length);
                batch.clear();
                batch.add(items[i]);
                model.begin(ads, batch, scratch);
                model.lastHidden(FIRST, 1, scratch, logit, output);
                System.arraycopy(output, 0, outputs, i * width, width);
                logits[i] = logit[0];
            }
        }
        return GaussianProcessFit.fit(width, outputs, logits, Arrays.copyOf(clicks, count),
                Math.max(1, (double) learned / count));
    }
}
