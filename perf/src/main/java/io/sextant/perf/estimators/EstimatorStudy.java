package io.sextant.perf.estimators;

import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.Offer;
import io.sextant.fixtures.market.Opportunity;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.UserAgents;
import io.sextant.perf.experiment.Experiment;
import io.sextant.perf.experiment.ExperimentConfig;
import io.sextant.perf.experiment.ExperimentRun;
import io.sextant.perf.loop.World;
import io.sextant.trainer.data.DataException;
import io.sextant.trainer.data.DataSet;
import io.sextant.trainer.offline.Exposures;
import io.sextant.uncertainty.draw.DecisionKey;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleConsumer;

/**
 * Trains nets, asks every estimator about requests that were not learned from, and holds the answers against what is known
 * of them: in a simulated market the true click probability, in a log the clicks.
 *
 * <p>
 * Threading: one thread, which uses as many more as it was given. The same input gives the same figures to the last bit, on
 * however many threads; only times differ.
 */
final class EstimatorStudy {
    private static final int USER_AGENTS_MAX = 1_000;
    /** Of a run's time, about this part is the market and this part the nets' training. */
    private static final double WARM_UP_PART = 0.6;
    private static final double TRAINING_PART = 0.3;

    private final StudySettings settings;
    private Map<String, Double> costs = Map.of();
    private String exposureLabel = "";

    EstimatorStudy(StudySettings settings) {
        this.settings = settings;
    }

    /** Nanoseconds a request by estimator, of the first run. */
    Map<String, Double> costs() {
        return costs;
    }

    /** What exposures are counted of. */
    String exposureLabel() {
        return exposureLabel;
    }

    /**
     * One run in an experiment's market, with its nets.
     *
     * @param progress told which part of the run is done, 0 to 1
     */
    EstimatorRun inMarket(Experiment experiment, long seed, DoubleConsumer progress)
            throws IOException, InterruptedException, DataException {
        ExperimentConfig config = experiment.config();
        double work = config.requests().warmUp();
        var done = new AtomicLong();
        ExperimentRun.WarmUp warm = ExperimentRun.warmUp(experiment, seed, settings.threads(),
                more -> progress.accept(WARM_UP_PART * Math.min(1, done.addAndGet(more) / work)));
        warm.model().close();
        FeatureSchema schema = warm.model().description().schema();
        LabelledRows rows = LabelledRows.of(schema, warm.examples());
        if (rows.size() == 0) {
            throw new DataException(
                    "nothing was bought in the warm-up; give it more requests, or the market cheaper rivals");
        }
        Map<String, String> training = new HashMap<>(config.model().trainer());
        training.putAll(config.trainer());
        try (EnsembleCtrModel model = Members.train(rows, training, seed, settings.members(), settings.threads())) {
            progress.accept(WARM_UP_PART + TRAINING_PART);
            return EstimatorRun.of(seed, judge(warm, model, rows, seed));
        }
    }

    /* The request's truth is the mean over the ads that were shown on such impressions, by how often: what a net that sees
     * the request alone would have to say. Nobody has seen any of them: wear is nothing that a request tells. */
    private Judgements judge(ExperimentRun.WarmUp warm, EnsembleCtrModel model, LabelledRows rows, long seed)
            throws DataException {
        FeatureSchema schema = rows.schema();
        World world = warm.world();
        ClickProcess clicks = world.clicks();
        var mix = new AdMix(rows);
        List<String> creatives = mix.ads().stream()
                .map(ad -> Objects.requireNonNull(warm.creatives().get(Arrays.stream(ad).boxed().toList()))).toList();
        var encoder = new FeatureEncoder(schema, new UserAgents(USER_AGENTS_MAX));
        var asked = new Interrogation(model, mix.ads(), exposures(schema, rows), settings.passes(),
                settings.requests());
        double[] requestTruths = new double[settings.requests()];
        double[] adTruths = new double[settings.requests()];
        List<int[]> some = new ArrayList<>();
        int[] request = new int[schema.requestFields()];
        int size = 0;
        for (long index = world.indexAt(warm.end()); size < settings.requests(); index++) {
            Offer offer = world.offer(index);
            for (int i = 0; i < offer.opportunities().size() && size < settings.requests(); i++) {
                Opportunity opportunity = offer.opportunities().get(i);
                encoder.encodeRequest(offer.request(), offer.request().getImp(i), offer.exchange(),
                        world.timeMs(index), request);
                long key = DecisionKey.of(offer.request().getId(), opportunity.impId(), seed);
                int shown = mix.drawn(request, Draws.uniform(key, Purpose.CANDIDATES, 0));
                double sum = 0;
                long weight = 0;
                for (var entry : mix.of(request).entrySet()) {
                    sum += entry.getValue() * clicks.probability(opportunity, creatives.get(entry.getKey()));
                    weight += entry.getValue();
                }
                requestTruths[size] = logit(sum / weight);
                adTruths[size] = logit(clicks.probability(opportunity, creatives.get(shown)));
                asked.ask(request, shown, key);
                some.add(request.clone());
                size++;
            }
        }
        costs(model, some, mix.ads().getFirst());
        double[] adLogits = asked.adLogits();
        return asked.judgements(new TrueErrors(asked.requestLogits(), requestTruths, adLogits, adTruths), rows.size(),
                sum(adLogits) / sum(adTruths));
    }

    /**
     * One run on a log: nets learn from its first part, and are asked about the rest.
     *
     * @param seed of the first net
     */
    EstimatorRun onLog(DataSet data, long seed, DoubleConsumer progress) throws InterruptedException, DataException {
        int trained = data.size() - Math.max(1, (int) Math.round(settings.heldOut() * data.size()));
        if (trained < 1 || data.clicks(0, trained) == 0) {
            throw new DataException("there is no click among the first " + trained
                    + " impressions, from which the nets would learn; give more data or a smaller --held-out");
        }
        if (data.clicks(trained, data.size()) == 0) {
            throw new DataException("there is no click among the last " + (data.size() - trained)
                    + " impressions, by which errors are judged; give more data or a larger --held-out");
        }
        LabelledRows rows = LabelledRows.of(data, trained);
        try (EnsembleCtrModel model = Members.train(rows, settings.training(), seed, settings.members(),
                settings.threads())) {
            progress.accept(WARM_UP_PART + TRAINING_PART);
            return EstimatorRun.of(seed, judge(data, trained, model, rows, seed));
        }
    }

    private Judgements judge(DataSet data, int trained, EnsembleCtrModel model, LabelledRows rows, long seed)
            throws DataException {
        FeatureSchema schema = data.schema();
        int step = Math.max(1, Math.ceilDiv(data.size() - trained, settings.requests()));
        int count = Math.ceilDiv(data.size() - trained, step);
        Map<List<Integer>, Integer> numbers = new LinkedHashMap<>();
        List<int[]> ads = new ArrayList<>();
        List<int[]> requests = new ArrayList<>();
        int[] shown = new int[count];
        boolean[] clicks = new boolean[count];
        int[] row = new int[schema.size()];
        for (int i = 0; i < count; i++) {
            data.features(trained + i * step, row, 0);
            requests.add(Arrays.copyOf(row, schema.requestFields()));
            int[] ad = Arrays.copyOfRange(row, schema.requestFields(), schema.size());
            shown[i] = numbers.computeIfAbsent(Arrays.stream(ad).boxed().toList(), _ -> {
                ads.add(ad);
                return ads.size() - 1;
            });
            clicks[i] = data.click(trained + i * step);
        }
        var asked = new Interrogation(model, ads, exposures(schema, rows), settings.passes(), count);
        for (int i = 0; i < count; i++) {
            asked.ask(requests.get(i), shown[i], DecisionKey.of(Integer.toString(i), "", seed));
        }
        costs(model, requests, ads.getFirst());
        double[] predictions = Arrays.stream(asked.adLogits()).map(Logistic::of).toArray();
        long clicked = data.clicks(trained, data.size());
        return asked.judgements(new HeldOutErrors(predictions, clicks, asked.values()), trained,
                Arrays.stream(predictions).sum() * step / clicked);
    }

    private Exposures exposures(FeatureSchema schema, LabelledRows rows) throws DataException {
        Exposures exposures = Exposures.counted(schema, rows.features(), rows.weights(),
                Exposures.field(schema, Optional.ofNullable(settings.exposureField())));
        exposureLabel = exposures.label();
        return exposures;
    }

    private void costs(EnsembleCtrModel model, List<int[]> requests, int[] ad) {
        if (costs.isEmpty()) {
            costs = EstimatorCost.measure(model, requests, ad, settings.passes());
        }
    }

    private static double sum(double[] logits) {
        return Arrays.stream(logits).map(Logistic::of).sum();
    }

    private static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
