package io.sextant.perf.estimators;

import io.sextant.fixtures.market.Offer;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.UserAgents;
import io.sextant.perf.experiment.Experiment;
import io.sextant.perf.experiment.ExperimentConfig;
import io.sextant.perf.loop.WarmUp;
import io.sextant.perf.loop.WarmUp.Creative;
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
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

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
        Map<String, String> training = new HashMap<>(config.model().trainer());
        training.putAll(config.trainer());
        training.put("model.seed", Long.toString(seed));
        Map<String, String> bidding = new HashMap<>(config.bidder());
        bidding.put("bidding.candidates-max", Integer.toString(config.candidates()));
        bidding.put("models.rows-factor", Double.toString(config.model().rowsFactor()));
        WarmUp warm = WarmUp.run(experiment.market().world(seed), bidding, training, settings.impressions(),
                settings.threads(), learned -> {
            progress.accept(WARM_UP_PART * Math.min(1, (double) learned / settings.impressions()));
            return true;
        });
        LabelledRows rows = LabelledRows.of(warm.schema(), warm.examples());
        try (EnsembleCtrModel model = Members.train(rows, training, seed, settings.members(),
                settings.threads())) {
            progress.accept(WARM_UP_PART + TRAINING_PART);
            return EstimatorRun.of(seed, judge(warm, model, rows, seed));
        }
    }

    /* The request's truth is the mean over the ads that were bought for on such impressions, by how often: what a net that
     * sees the request alone would have to say. */
    private Judgements judge(WarmUp warm, EnsembleCtrModel model, LabelledRows rows, long seed) throws DataException {
        FeatureSchema schema = warm.schema();
        Exposures exposures = exposures(schema, rows);
        Map<Creative, Integer> numbers = new LinkedHashMap<>();
        warm.creatives().keySet().forEach(creative -> numbers.put(creative, numbers.size()));
        List<int[]> ads = warm.creatives().keySet().stream()
                .map(creative -> creative.features().stream().mapToInt(Integer::intValue).toArray()).toList();
        var encoder = new FeatureEncoder(schema, new UserAgents(USER_AGENTS_MAX));
        var asked = new Interrogation(model, ads, exposures, settings.passes(), settings.requests());
        double[] requestTruths = new double[settings.requests()];
        double[] adTruths = new double[settings.requests()];
        List<int[]> some = new ArrayList<>();
        int[] request = new int[schema.requestFields()];
        int size = 0;
        for (long index = warm.next(); size < settings.requests(); index++) {
            Offer offer = warm.offer(index);
            for (int i = 0; i < offer.opportunities().size() && size < settings.requests(); i++) {
                var opportunity = offer.opportunities().get(i);
                encoder.encodeRequest(offer.request(), offer.request().getImp(i), offer.exchange(),
                        warm.timeMs(index), request);
                SequencedMap<Creative, Integer> mix = warm.creatives(request);
                long key = DecisionKey.of(offer.request().getId(), opportunity.impId(), seed);
                Creative shown = drawn(mix, Draws.uniform(key, Purpose.CANDIDATES, 0));
                double sum = 0;
                long weight = 0;
                for (var entry : mix.entrySet()) {
                    sum += entry.getValue() * warm.probability(opportunity, entry.getKey().id());
                    weight += entry.getValue();
                }
                requestTruths[size] = logit(sum / weight);
                adTruths[size] = logit(warm.probability(opportunity, shown.id()));
                asked.ask(request, numbers.getOrDefault(shown, 0), key);
                some.add(request.clone());
                size++;
            }
        }
        costs(model, some, ads.getFirst());
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

    /** A creative by its share. */
    private static Creative drawn(SequencedMap<Creative, Integer> mix, double uniform) {
        double left = uniform * mix.values().stream().mapToInt(Integer::intValue).sum();
        @Nullable
        Creative last = null;
        for (var entry : mix.entrySet()) {
            last = entry.getKey();
            left -= entry.getValue();
            if (left < 0) {
                return last;
            }
        }
        if (last == null) {
            throw new IllegalStateException("nothing was bought in the warm-up; give it more impressions");
        }
        return last;
    }

    private static double sum(double[] logits) {
        return Arrays.stream(logits).map(Logistic::of).sum();
    }

    private static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
