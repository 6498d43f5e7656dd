package io.sextant.perf.experiment;

import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.ClickProcess.Response;
import io.sextant.perf.loop.ArmListener;
import io.sextant.perf.loop.Bids;
import io.sextant.perf.loop.MarketLoop;
import io.sextant.perf.loop.Win;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up what one arm does in one phase. Threading: one thread at a time. */
final class Tally implements ArmListener, MarketLoop.StepListener {
    private static final double NANOS = 1e9;
    private static final double MINUTES_AN_HOUR = 60;

    private final Map<String, Double> cpcUsd;
    /** Impressions shown, by publisher, those before this phase included. */
    private final Map<String, Long> exposures;
    private final Map<String, Long> exposuresBefore;
    private final int stepsAPoint;
    /* Sorted, so that sums are added up in one order whatever the machine. */
    private final SortedMap<String, Campaign> campaigns = new TreeMap<>();
    private final SortedMap<Long, double[]> units = new TreeMap<>();
    private final List<CurvePoint> curve = new ArrayList<>();
    private final List<Shown> shown = new ArrayList<>();
    private Sums total = new Sums();
    private Sums point = new Sums();
    private int steps;
    private @Nullable UncertaintySnapshot snapshot;

    private static final class Campaign {
        long spendNanos;
        long clicks;
        double expectedClicks;
    }

    /** One impression, for scoring by other models. */
    record Shown(Win win, boolean clicked, double probability) {}

    private static final class Sums {
        long requests;
        long impressions;
        long bids;
        long wins;
        long clicks;
        long newPublishers;
        double expectedClicks;
        double expectedValueUsd;
        double spendNanos;
        double premiumNanos;
        double modifiersOfBids;
        double modifiersOfWins;
    }

    /**
     * An empty one.
     *
     * @param cpcUsd      what a click is worth, by campaign
     * @param exposures   impressions shown before, by publisher
     * @param stepsAPoint steps that a point of the curve spans; 0 for no curve, but every impression kept
     */
    Tally(Map<String, Double> cpcUsd, Map<String, Long> exposures, int stepsAPoint) {
        this.cpcUsd = cpcUsd;
        this.exposuresBefore = exposures;
        this.exposures = new HashMap<>(exposures);
        this.stepsAPoint = stepsAPoint;
    }

    @Override
    public void shown(Win win, Response response, ClickProcess audience) {
        String id = win.bid().getCampaignId();
        Campaign campaign = campaigns.computeIfAbsent(id, _ -> new Campaign());
        double cpc = cpcUsd.getOrDefault(id, Double.NaN);
        long premium = Math.max(0, win.priceCpmMicros() - win.bid().getBaseCpmMicros());
        // A price in micros per thousand impressions is the price of one impression in nanos.
        campaign.spendNanos += win.priceCpmMicros();
        campaign.clicks += response.clicked() ? 1 : 0;
        campaign.expectedClicks += response.probability();
        boolean isNew = !exposuresBefore.containsKey(win.publisher());
        exposures.merge(win.publisher(), 1L, Long::sum);
        for (Sums sums : List.of(total, point)) {
            sums.wins++;
            sums.clicks += response.clicked() ? 1 : 0;
            sums.newPublishers += isNew ? 1 : 0;
            sums.expectedClicks += response.probability();
            sums.expectedValueUsd += cpc * response.probability();
            sums.spendNanos += win.priceCpmMicros();
            sums.premiumNanos += premium;
            sums.modifiersOfWins += win.modifier();
        }
        double[] unit = units.computeIfAbsent(win.bid().getUnitHash(), _ -> new double[UnitStatistics.COLUMNS]);
        unit[UnitStatistics.WINS]++;
        unit[UnitStatistics.CLICKS] += response.clicked() ? 1 : 0;
        unit[UnitStatistics.SPEND] += win.priceCpmMicros() / NANOS;
        if (stepsAPoint == 0) {
            shown.add(new Shown(win, response.clicked(), response.probability()));
        }
    }

    @Override
    public void stepped(Bids bids, @Nullable UncertaintySnapshot told) {
        for (Sums sums : List.of(total, point)) {
            sums.requests += bids.requests();
            sums.impressions += bids.impressions();
            sums.bids += bids.bids();
            sums.modifiersOfBids += bids.modifiers();
        }
        snapshot = told;
        steps++;
        if (stepsAPoint > 0 && steps % stepsAPoint == 0) {
            curve.add(new CurvePoint(steps * MarketLoop.STEP.toMinutes() / MINUTES_AN_HOUR, point.wins,
                    (double) point.clicks / point.wins, point.expectedClicks / point.wins, point.spendNanos / NANOS,
                    point.expectedValueUsd - point.spendNanos / NANOS, point.premiumNanos / point.spendNanos,
                    point.modifiersOfBids / point.bids, told == null ? 0 : told.getGain(),
                    told != null && told.getCapped()));
            point = new Sums();
        }
    }

    /** What the arm did in the phase. */
    PhaseFigures figures() {
        List<Money.OfCampaign> observed = new ArrayList<>();
        List<Money.OfCampaign> expected = new ArrayList<>();
        campaigns.forEach((id, campaign) -> {
            double cpc = cpcUsd.getOrDefault(id, Double.NaN);
            double spendUsd = campaign.spendNanos / NANOS;
            observed.add(new Money.OfCampaign(cpc, campaign.clicks, spendUsd));
            expected.add(new Money.OfCampaign(cpc, campaign.expectedClicks, spendUsd));
        });
        return new PhaseFigures(total.requests, total.impressions, total.bids, total.wins, Money.of(observed),
                Money.of(expected), total.premiumNanos / total.spendNanos, total.modifiersOfBids / total.bids,
                total.modifiersOfWins / total.wins, (double) total.newPublishers / total.wins);
    }

    /** The phase's curve. */
    List<CurvePoint> curve() {
        return List.copyOf(curve);
    }

    /** By unit hash, columns of {@link UnitStatistics}; units without an impression are not there. */
    SortedMap<Long, double[]> units() {
        return units;
    }

    /** Impressions shown by publisher, those before the phase included. */
    Map<String, Long> exposures() {
        return exposures;
    }

    /** Every impression; only without a curve. */
    List<Shown> shown() {
        return shown;
    }

    /** The arm's last snapshot; null where it had none. */
    @Nullable
    UncertaintySnapshot snapshot() {
        return snapshot;
    }
}
