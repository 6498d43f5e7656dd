package io.sextant.uncertainty;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** An impression on the engine that serves, with a net of drawn weights: begun and scored. */
public final class EngineImpression {
    public static final FeatureSchema SCHEMA = FeatureSchemas.standard(0.01, 1);
    public static final double AGE_LAMBDA = 0.7;

    public final ArrayCtrModel model;
    public final CtrScratch scratch;
    /** Plain logits of the candidates. */
    public final float[] plain;
    private final AdParts ads;
    private final FeatureBatch batch;

    /** Random features of one request and of {@code candidates} ads. */
    public EngineImpression(ArrayCtrModel model, int candidates, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<int[]> features = new ArrayList<>();
        for (int ad = 0; ad < candidates; ad++) {
            features.add(IntStream.range(SCHEMA.requestFields(), SCHEMA.size())
                    .map(field -> SCHEMA.valueIndex(field, random.nextLong())).toArray());
        }
        this.model = model;
        this.ads = model.prepare(new AdTable(SCHEMA, features));
        this.batch = new FeatureBatch(SCHEMA, candidates);
        this.scratch = model.newScratch(candidates);
        this.plain = new float[candidates];
        for (int field = 0; field < SCHEMA.requestFields(); field++) {
            batch.request[field] = SCHEMA.valueIndex(field, random.nextLong());
        }
        for (int ad = 0; ad < candidates; ad++) {
            batch.add(ad);
        }
        score();
    }

    /** Begins and scores again. */
    public void score() {
        model.begin(ads, batch, scratch);
        model.score(scratch, plain);
    }

    /** The row numbers of all candidates. */
    public int[] rows() {
        return IntStream.range(0, plain.length).toArray();
    }

    /** The features of the request and of a candidate's ad. */
    public int[] features(int row) {
        int[] features = new int[SCHEMA.size()];
        System.arraycopy(batch.request, 0, features, 0, batch.request.length);
        ads.ads().copy(batch.ads[row], features, batch.request.length);
        return features;
    }

    /**
     * Weights drawn as large as training makes them, the standard net's drop rate.
     *
     * @param mlp factor on the output layer: 0 leaves linear terms and the factorisation machine
     */
    public static Weights weights(int embeddingSize, List<Integer> hidden, double mlp, long seed) {
        Weights weights = Weights.initial(SCHEMA, new Architecture(embeddingSize, hidden, 0.2, 8), seed, 0.05);
        SplittableRandom random = new SplittableRandom(seed);
        spread(weights.embedding, 0.2, random);
        spread(weights.linear, 0.1, random);
        weights.hiddenBiases.forEach(biases -> spread(biases, 0.1, random));
        spread(weights.output, 0.1, random);
        spread(weights.gateOutput, 0.3, random);
        for (int i = 0; i < weights.output.length; i++) {
            weights.output[i] *= (float) mlp;
        }
        return weights;
    }

    private static void spread(float[] values, double deviation, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) random.nextGaussian(0, deviation);
        }
    }

    /** A model of these weights; λ of its artefact is {@link #AGE_LAMBDA}. */
    public static ArrayCtrModel model(Weights weights) {
        Architecture shape = weights.architecture();
        return new ArrayCtrModel(new ModelDescription("uncertainty", 1, 0, SCHEMA, shape.embeddingSize(),
                shape.hidden(), shape.dropRate(), 1024, 9, shape.gateHidden(), 1, AGE_LAMBDA, 0, 0), weights,
                KernelChoice.kernels());
    }

    /** A model of the standard net's hidden layers. */
    public static ArrayCtrModel standard() {
        return model(weights(16, List.of(256, 128, 64), 1, 3));
    }
}
