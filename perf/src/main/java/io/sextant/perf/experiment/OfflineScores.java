package io.sextant.perf.experiment;

import io.sextant.bidder.pricing.ArmModifier;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.Predictions;
import io.sextant.perf.experiment.ExperimentConfig.ArmConfig;
import io.sextant.perf.experiment.Tally.Shown;
import io.sextant.perf.loop.Win;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;
import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds frozen models against impressions that none of them has learned from. Immutable; thread-safe. */
final class OfflineScores {
    private static final int DECILES = 10;
    private static final int PASSES = 20;

    private final Map<String, List<Shown>> slices = new LinkedHashMap<>();
    private final List<Shown> neutral;

    /**
     * Impressions to score.
     *
     * @param neutral random creatives, bought regardless
     * @param control what control's frozen model won
     * @param arms    what each arm's won, control's among them
     */
    OfflineScores(List<Shown> neutral, List<Shown> control, List<List<Shown>> arms) {
        this.neutral = neutral;
        slices.put(SliceFigures.NEUTRAL, neutral);
        slices.put(SliceFigures.CONTROL, control);
        slices.put(SliceFigures.UNION, union(arms));
    }

    /** Every impression and creative once, by the first arm that bought it. */
    private static List<Shown> union(List<List<Shown>> arms) {
        Map<String, Shown> all = new LinkedHashMap<>();
        for (List<Shown> arm : arms) {
            for (Shown shown : arm) {
                var bid = shown.win().bid();
                all.putIfAbsent(bid.getRequestId() + "/" + bid.getImpId() + "/" + bid.getCreativeId(), shown);
            }
        }
        return List.copyOf(all.values());
    }

    /** The model's figures over every slice. */
    List<SliceFigures> slices(FrozenModel model) {
        List<SliceFigures> figures = new ArrayList<>();
        slices.forEach((name, impressions) -> figures.add(slice(name, impressions, model)));
        return figures;
    }

    private static SliceFigures slice(String name, List<Shown> impressions, FrozenModel model) {
        Predictions labels = Predictions.all();
        Predictions expected = Predictions.all();
        Predictions truth = Predictions.all();
        double predicted = 0;
        double probable = 0;
        for (Shown shown : impressions) {
            double p = model.probability(shown.win());
            double q = shown.probability();
            labels.add(p, shown.clicked(), 1);
            // Half a click and half none, as it were: what labels would say on average.
            expected.add(p, true, q);
            expected.add(p, false, 1 - q);
            truth.add(q, true, q);
            truth.add(q, false, 1 - q);
            predicted += p;
            probable += q;
        }
        PredictionFigures ofLabels = labels.figures();
        PredictionFigures ofTruth = truth.figures();
        PredictionFigures figures = expected.figures();
        return new SliceFigures(name, impressions.size(), ofLabels.auc(), ofLabels.logLoss(), figures.auc(),
                figures.logLoss(), predicted / probable, ofTruth.auc(), ofTruth.logLoss());
    }

    /** Mean Monte Carlo uncertainty of the neutral requests, on the probability. */
    double meanUncertainty(FrozenModel model) {
        UncertaintyEstimator estimator = monteCarlo();
        return neutral.stream().mapToDouble(shown -> model.uncertainty(shown.win(), estimator)).average()
                .orElse(Double.NaN);
    }

    private static UncertaintyEstimator monteCarlo() {
        return new UncertaintyMeasure(Estimator.MONTE_CARLO, PASSES, UncertaintyScale.PROBABILITY).newEstimator();
    }

    private record Request(long exposures, double uncertainty, double monteCarlo, double modifier) {}

    /**
     * The neutral requests in tenths by exposures of their publisher, fewest first.
     *
     * @param exposures by publisher, of the arm
     * @param snapshot  the arm's last; null where it had none
     */
    List<ExposurePoint> exposure(ArmConfig arm, FrozenModel model, Map<String, Long> exposures,
            @Nullable UncertaintySnapshot snapshot) {
        boolean own = arm.exploration().needsUncertainty();
        UncertaintyEstimator estimator = arm.measure().newEstimator();
        UncertaintyEstimator monteCarlo = monteCarlo();
        BidModifierTable table = snapshot == null ? BidModifierTable.none() : BidModifierTable.of(snapshot);
        long epoch = arm.measure().epoch(model.model().description().uncertaintyEpoch());
        List<Request> requests = new ArrayList<>();
        double sum = 0;
        for (Shown shown : neutral) {
            Win win = shown.win();
            double u = own ? model.uncertainty(win, estimator) : Double.NaN;
            double ranked = arm.exploration() == ExplorationRule.PCTR_PLACEBO ? model.requestProbability(win) : u;
            double modifier = arm.exploration() == ExplorationRule.NONE ? ModifierCurve.NEUTRAL
                    : ArmModifier.natural(arm.exploration(), table, u, epoch, ranked, win.bid().getFormat(),
                            FrozenModel.key(win));
            requests.add(new Request(exposures.getOrDefault(win.publisher(), 0L), u,
                    model.uncertainty(win, monteCarlo), modifier));
            sum += u;
        }
        requests.sort(Comparator.comparingLong(Request::exposures));
        double mean = sum / requests.size();
        List<ExposurePoint> points = new ArrayList<>();
        for (int tenth = 0; tenth < DECILES; tenth++) {
            List<Request> part = requests.subList(requests.size() * tenth / DECILES,
                    requests.size() * (tenth + 1) / DECILES);
            double u = part.stream().mapToDouble(Request::uncertainty).average().orElse(Double.NaN);
            points.add(new ExposurePoint(part.getFirst().exposures, part.getLast().exposures,
                    part.stream().mapToLong(Request::exposures).average().orElse(Double.NaN), part.size(), u, u / mean,
                    part.stream().mapToDouble(Request::monteCarlo).average().orElse(Double.NaN),
                    part.stream().mapToDouble(Request::modifier).average().orElse(Double.NaN)));
        }
        return points;
    }
}
