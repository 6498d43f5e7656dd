package io.sextant.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowCtrModel;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.hipparchus.stat.descriptive.rank.Median;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the engine that serves makes of standard nets that were trained, not drawn. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainedNetTest {
    private static final Architecture STANDARD = Architecture.standard();
    private static final int EXAMPLES = 40_000;
    private static final int ROWS = 1_500;
    private static final int PASSES = 1_000;
    private static final int[] FIRST = {0};
    private static final int[] MASKED = {CtrModel.MASKED};

    /** Where the examples come from. */
    enum World {
        /** Few values a field and an interaction; one click in seven. */
        PLANTED,
        /** A thousand sites, most of them rare; one click in twenty-five. */
        ZIPF
    }

    /** A trained net on the engine, and rows that it has not seen. */
    private static final class Trained {
        final Weights weights;
        final ModelDescription description;
        final ArrayCtrModel model;
        private final int[] features;

        Trained(Weights weights, ModelDescription description, int[] features) {
            this.weights = weights;
            this.description = description;
            this.model = new ArrayCtrModel(description, weights, KernelChoice.kernels());
            this.features = features;
        }

        int[] request(int row) {
            FeatureSchema schema = description.schema();
            return Arrays.copyOfRange(features, row * schema.size(), row * schema.size() + schema.requestFields());
        }

        int[] ad(int row) {
            FeatureSchema schema = description.schema();
            return Arrays.copyOfRange(features, row * schema.size() + schema.requestFields(),
                    (row + 1) * schema.size());
        }
    }

    private final Map<World, Trained> nets = new EnumMap<>(World.class);

    @AfterAll
    void forget() {
        nets.clear();
    }

    private Trained net(World world) {
        return nets.computeIfAbsent(world, TrainedNetTest::train);
    }

    private static Trained train(World world) {
        return switch (world) {
            case PLANTED -> {
                PlantedWorld planted = new PlantedWorld(EXAMPLES + ROWS, 1);
                try (DeepFmTrainer trainer = trainer(planted.schema, 0.15)) {
                    for (int from = 0; from < EXAMPLES; from += 256) {
                        int to = Math.min(EXAMPLES, from + 256);
                        trainer.scoreAndTrain(planted.features(from, to), planted.labels(from, to),
                                planted.weights(from, to));
                    }
                    yield trained(trainer, planted.schema, planted.features(EXAMPLES, EXAMPLES + ROWS));
                }
            }
            case ZIPF -> {
                ZipfWorld zipf = new ZipfWorld(1, 1);
                try (DeepFmTrainer trainer = trainer(zipf.schema, 0.04)) {
                    ZipfWorld.train(trainer, zipf.next(EXAMPLES));
                    yield trained(trainer, zipf.schema, zipf.next(ROWS).features);
                }
            }
        };
    }

    private static DeepFmTrainer trainer(FeatureSchema schema, double ctr) {
        return new DeepFmTrainer(Weights.initial(schema, STANDARD, 1, ctr), TrainingConfig.standard(5),
                TensorFlowOptions.singleThread());
    }

    private static Trained trained(DeepFmTrainer trainer, FeatureSchema schema, int[] features) {
        // More masks than an artefact has, so that passes of one row are nearly independent.
        ModelDescription description = new ModelDescription("a", 1, 0, schema, STANDARD.embeddingSize(),
                STANDARD.hidden(), STANDARD.dropRate(), 4 * PASSES, 3, STANDARD.gateHidden(), 1, 0, 0, EXAMPLES);
        return new Trained(trainer.snapshot(), description, features);
    }

    /** Requests whose ads are masked, and ads: the linearised spread of the logit against that of 1,000 passes. */
    @ParameterizedTest
    @CsvSource({"PLANTED, true", "PLANTED, false", "ZIPF, true"})
    void shouldHaveTheSpreadOfAThousandPassesInOneLinearisedPass(World world, boolean masked) {
        Trained net = net(world);
        assertThat(net.description.dropRate()).isEqualTo(0.2);
        SplittableRandom random = new SplittableRandom(3);
        int[] row = masked ? MASKED : FIRST;
        double[] linearised = new double[ROWS];
        double[] sampled = new double[ROWS];
        double[] ratios = new double[ROWS];
        float[] logits = new float[PASSES];
        float[] logit = new float[1];
        float[] variance = new float[1];

        try (CtrScratch scratch = net.model.newScratch(1)) {
            for (int i = 0; i < ROWS; i++) {
                begin(net.model, net.request(i), List.of(net.ad(i)), scratch);
                int[] masks = random.ints(PASSES, 0, net.description.masks()).toArray();
                net.model.scoreDropped(row, 1, masks, PASSES, scratch, logits);
                net.model.droppedVariance(row, 1, scratch, logit, variance);
                linearised[i] = Math.sqrt(variance[0]);
                sampled[i] = deviation(logits);
                ratios[i] = linearised[i] / sampled[i];
            }
        }

        assertThat(new SpearmansCorrelation().correlation(linearised, sampled)).isGreaterThanOrEqualTo(0.93);
        assertThat(new Median().evaluate(ratios)).isBetween(0.9, 1.1);
    }

    /** A hundred requests, each with the ads of a hundred rows. */
    @ParameterizedTest
    @EnumSource
    void shouldAgreeWithTensorFlowOnTenThousandRows(World world) {
        Trained net = net(world);
        int count = 100;
        int[] rows = IntStream.range(0, count).toArray();
        List<int[]> ads = new ArrayList<>();
        for (int ad = 0; ad < count; ad++) {
            ads.add(net.ad(ad));
        }
        float[] ofArray = new float[count];
        float[] ofTensorFlow = new float[count];
        float worst = 0;

        try (CtrModel tensorFlow = new TensorFlowCtrModel(net.description, net.weights,
                TensorFlowOptions.singleThread());
                CtrScratch one = net.model.newScratch(count);
                CtrScratch two = tensorFlow.newScratch(count)) {
            for (int request = 0; request < count; request++) {
                begin(net.model, net.request(request), ads, one);
                begin(tensorFlow, net.request(request), ads, two);
                net.model.score(one, ofArray);
                tensorFlow.score(two, ofTensorFlow);
                worst = Math.max(worst, difference(ofArray, ofTensorFlow));
                int[] masks = new SplittableRandom(request).ints(count, 0, net.description.masks()).toArray();
                net.model.scoreDropped(rows, count, masks, 1, one, ofArray);
                tensorFlow.scoreDropped(rows, count, masks, 1, two, ofTensorFlow);
                worst = Math.max(worst, difference(ofArray, ofTensorFlow));
                net.model.scoreDropped(MASKED, 1, masks, count, one, ofArray);
                tensorFlow.scoreDropped(MASKED, 1, masks, count, two, ofTensorFlow);
                worst = Math.max(worst, difference(ofArray, ofTensorFlow));
            }
        }

        assertThat(worst).isLessThanOrEqualTo(1e-4f);
    }

    private static void begin(CtrModel model, int[] request, List<int[]> ads, CtrScratch scratch) {
        FeatureSchema schema = model.description().schema();
        FeatureBatch batch = new FeatureBatch(schema, ads.size());
        System.arraycopy(request, 0, batch.request, 0, request.length);
        for (int ad = 0; ad < ads.size(); ad++) {
            batch.add(ad);
        }
        model.begin(model.prepare(new AdTable(schema, ads)), batch, scratch);
    }

    private static double deviation(float[] values) {
        double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
        double squares = IntStream.range(0, values.length).mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
                .sum();
        return Math.sqrt(squares / (values.length - 1));
    }

    private static float difference(float[] a, float[] b) {
        float worst = 0;
        for (int i = 0; i < a.length; i++) {
            worst = Math.max(worst, Math.abs(a[i] - b[i]));
        }
        return worst;
    }
}
