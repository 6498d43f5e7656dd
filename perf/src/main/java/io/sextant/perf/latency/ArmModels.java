package io.sextant.perf.latency;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.ArrayScratch;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.calibration.CalibrationFit;
import io.sextant.model.calibration.CalibrationSample;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.LambdaCalibration;
import io.sextant.model.training.TrainingConfig;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.uncertainty.draw.DecisionKey;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A net of the standard size, trained for a moment on what a supply's requests and ads encode to, with clicks drawn from
 * hidden effects of their features, and calibrated on what it had not yet learned: what every arm of the measured bidder
 * starts from. Random numbers in its place would have neither a trained net's zeros nor its click probabilities.
 */
final class ArmModels {
    /** Of every artefact that is written. */
    static final long UNCERTAINTY_EPOCH = 1;

    private static final int EXAMPLES = 120_000;
    /** The last part of the examples, scored before they are learned, is calibrated on. */
    private static final int CALIBRATED_ON = 30_000;
    private static final int BUCKETS = 50;
    private static final double PRIOR_CLICKS = 100;
    private static final double PRIOR_CTR = 0.03;
    private static final double BASE_LOGIT = -3.6;
    private static final double EFFECT_SD = 0.2;
    private static final long SEED = 20_260_108;
    private static final TensorFlowOptions THREADS = new TensorFlowOptions(0, -1);

    private final ModelDescription description;
    private final Weights weights;

    private ArmModels(ModelDescription description, Weights weights) {
        this.description = description;
        this.weights = weights;
    }

    /** Trains; some seconds on both cores. */
    static ArmModels train(Supply supply, DoubleConsumer progress) {
        FeatureSchema schema = FeatureSchemas.standard();
        var examples = new Examples(supply, schema);
        TrainingConfig config = TrainingConfig.standard(SEED);
        Architecture architecture = config.architecture();
        Weights start = Weights.initial(schema, architecture, SEED, PRIOR_CTR);
        List<Prediction> predictions = new ArrayList<>();
        try (DeepFmTrainer trainer = new DeepFmTrainer(start, config, THREADS)) {
            while (trainer.examples() < EXAMPLES) {
                Batch batch = examples.draw(config.batchSize());
                float[] logits = trainer.scoreAndTrain(batch.features, batch.labels, batch.weights);
                if (trainer.examples() > EXAMPLES - CALIBRATED_ON) {
                    for (int i = 0; i < logits.length; i++) {
                        predictions.add(new Prediction(1 / (1 + Math.exp(-logits[i])), batch.labels[i] > 0));
                    }
                }
                progress.accept((double) trainer.examples() / EXAMPLES);
            }
            Weights weights = trainer.servable();
            var description = new ModelDescription("control", 0, -1, schema, architecture.embeddingSize(),
                    architecture.hidden(), architecture.dropRate(), MaskBank.MASKS_MIN, SEED,
                    architecture.gateHidden(), UNCERTAINTY_EPOCH, LambdaCalibration.PAPER_LAMBDA, 0, trainer.examples(),
                    calibration(predictions));
            double lambda = LambdaCalibration.calibrate(weights, description, trainer.recentRows(), THREADS);
            return new ArmModels(description.withAgeLambda(lambda), weights);
        }
    }

    /**
     * Writes a version of an arm's model, with the same net in every version and arm.
     *
     * @param version 0 for the first
     * @throws IOException if the disk does not take it
     */
    ModelArtefact write(Path modelsDir, String arm, long version) throws IOException {
        return ModelArtefact.write(modelsDir, new ModelDescription(arm, version, version - 1, description.schema(),
                description.embeddingSize(), description.hidden(), description.dropRate(), description.masks(),
                description.maskSeed() + version, description.gateHidden(), description.uncertaintyEpoch(),
                description.ageLambda(), description.watermarkMs(), description.examples(),
                description.calibration()), weights);
    }

    /** Uncertainties of the supply's requests as the bidder measures them, ascending. */
    double[] uncertainties(Supply supply, int requests) {
        var model = new ArrayCtrModel(description, weights, KernelChoice.kernels());
        AdParts ads = model.prepare(supply.index().features());
        var encoder = new FeatureEncoder(description.schema(), new UserAgents(1_000));
        var estimator = new MonteCarloDropout(UncertaintyScale.PROBABILITY, MonteCarloDropout.PASSES_DEFAULT);
        ArrayScratch scratch = model.newScratch(1);
        long nowMs = System.currentTimeMillis();
        return IntStream.range(0, requests).filter(i -> supply.candidates(i).length > 0).mapToDouble(i -> {
            FeatureBatch batch = new FeatureBatch(description.schema(), 1);
            BidRequest request = supply.requests().get(i);
            encoder.encodeRequest(request, request.getImp(0), Supply.EXCHANGE, nowMs, batch.request);
            batch.add(supply.candidates(i)[0]);
            model.begin(ads, batch, scratch);
            return estimator.estimate(model, DecisionKey.of(request.getId(), "1", 0), scratch);
        }).sorted().toArray();
    }

    private static SegmentCalibrations calibration(List<Prediction> predictions) {
        List<Prediction> sorted = predictions.stream().sorted(Comparator.comparingDouble(Prediction::score)).toList();
        boolean[] clicks = new boolean[sorted.size()];
        double[] ones = new double[sorted.size()];
        Arrays.fill(ones, 1);
        for (int i = 0; i < clicks.length; i++) {
            clicks[i] = sorted.get(i).clicked();
        }
        var sample = new CalibrationSample(sorted.stream().mapToDouble(Prediction::score).toArray(), clicks, ones);
        return new SegmentCalibrations(CalibrationFit.shrunk(sample, BUCKETS, PRIOR_CLICKS), Map.of());
    }

    /** What was predicted of an example before it was learned, and what became of it. */
    private record Prediction(double score, boolean clicked) {}

    /** Columns of examples. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Batch(int[] features, float[] labels, float[] weights) {}

    /** Impressions of the supply: requests in turn, an ad that fits, a click by chance. */
    private static final class Examples {
        private final Supply supply;
        private final FeatureSchema schema;
        private final int[][] requests;
        private final float[] effects;
        private final UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(SEED);

        Examples(Supply supply, FeatureSchema schema) {
            this.supply = supply;
            this.schema = schema;
            var encoder = new FeatureEncoder(schema, new UserAgents(1_000));
            long nowMs = System.currentTimeMillis();
            this.requests = supply.requests().stream().map(request -> {
                int[] rows = new int[schema.requestFields()];
                encoder.encodeRequest(request, request.getImp(0), Supply.EXCHANGE, nowMs, rows);
                return rows;
            }).toArray(int[][]::new);
            this.effects = new float[schema.rows()];
            ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
            for (int row = 0; row < effects.length; row++) {
                effects[row] = (float) (EFFECT_SD * gaussian.sample());
            }
        }

        Batch draw(int size) {
            int fields = schema.size();
            int[] features = new int[size * fields];
            float[] labels = new float[size];
            float[] weights = new float[size];
            Arrays.fill(weights, 1);
            for (int row = 0; row < size; row++) {
                int request = random.nextInt(requests.length);
                while (supply.candidates(request).length == 0) {
                    request = random.nextInt(requests.length);
                }
                int[] fitting = supply.candidates(request);
                int at = row * fields;
                System.arraycopy(requests[request], 0, features, at, requests[request].length);
                supply.index().features().copy(fitting[random.nextInt(fitting.length)], features,
                        at + requests[request].length);
                double logit = BASE_LOGIT;
                for (int field = 0; field < fields; field++) {
                    logit += effects[features[at + field]];
                }
                labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
            }
            return new Batch(features, labels, weights);
        }
    }
}
