package io.sextant.abtesting.live;

import io.sextant.abtesting.report.ArmMetrics;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** From Kafka's topics to the report. Assumes one thread. */
public final class LiveExperiment {
    /** Below that many the logarithm of a count is far from normal. */
    private static final int CLICKS_MIN = 30;

    private final AbReportConfig config;
    private final TimeSpan span;
    private final ArmUnits units;
    private final AllocatedUnits allocated;
    private final ArmMetrics metrics;
    private final BidOutcomes bids;
    private final LossSums losses;
    private final Map<String, ModelSnapshot> models = new TreeMap<>();

    /** Reads nothing yet. */
    public LiveExperiment(AbReportConfig config, TimeSpan span) {
        List<String> names = AbAnalysis.names(config.experiment());
        this.config = config;
        this.span = span;
        this.units = new ArmUnits(names.size());
        this.allocated = new AllocatedUnits(names, span);
        this.metrics = new ArmMetrics(names);
        this.losses = new LossSums(span);
        this.bids = new BidOutcomes(names, span, config.attribution(), units);
    }

    /**
     * Reads and computes; once.
     *
     * @param progress told how many messages lie ahead, whenever that is known of more topics, and, as a number below 0, how
     *                 many were read
     * @throws LiveDataException if Kafka cannot be read
     */
    public AbReport report(LongConsumer progress) throws LiveDataException {
        try (var reader = new LiveReader(config.kafka(), span)) {
            reader.read(new LiveReader.Hearers(bids, losses, allocated, metrics, this::model), progress);
        }
        var analysis = new AbAnalysis(config.experiment(), config.analysis(), span.preFromMs() != null);
        List<AllocationCheck> allocation = analysis.allocation(allocated);
        List<ArmFigures> arms = analysis.figures(units, metrics.totals(), losses);
        return new AbReport(span.fromMs() <= 0 ? null : iso(span.fromMs()), iso(span.toMs()),
                span.preFromMs() == null ? null : iso(span.preFromMs()), config.experiment().control(),
                config.analysis().level(), AbReport.CAVEAT, arms,
                analysis.comparisons(units), allocation, allocated.oneIn(), neutral(), bids.counters(),
                warnings(arms, allocation));
    }

    private static String iso(long timeMs) {
        return Instant.ofEpochMilli(timeMs).toString();
    }

    private void model(ModelSnapshot model) {
        ModelSnapshot known = models.get(model.getArm());
        if (known == null || known.getVersion() <= model.getVersion()) {
            models.put(model.getArm(), model);
        }
    }

    private List<NeutralFigures> neutral() {
        return AbAnalysis.names(config.experiment()).stream().map(models::get)
                .filter(model -> model != null && model.hasNeutral()).map(NeutralFigures::of).toList();
    }

    private List<String> warnings(List<ArmFigures> arms, List<AllocationCheck> allocation) {
        List<String> warnings = new ArrayList<>();
        for (AllocationCheck check : allocation) {
            if (check.suspected()) {
                warnings.add(String.format(Locale.ROOT,
                        "SAMPLE RATIO MISMATCH: units made from %s did not come to the arms by their shares (p = %.2g)."
                                + " No difference between arms can be believed until it is known why.",
                        check.kind(), check.pValue()));
            }
        }
        arms.stream().filter(arm -> arm.clicks() < CLICKS_MIN && !arm.arm().equals(config.experiment().neutral()))
                .forEach(arm -> warnings.add(String.format(Locale.ROOT,
                        "Arm %s has %,d clicks: below %d, what depends on clicks is not nearly normal, and its intervals and"
                                + " p values are rough.",
                        arm.arm(), arm.clicks(), CLICKS_MIN)));
        if (allocation.isEmpty()) {
            warnings.add("Bidders told no units, so it is not known whether they came to the arms by their shares; see"
                    + " events.units.sample-one-in of the bidder.");
        }
        warn(warnings, allocated.dropped(), "%,d units of the sample had no room in their messages: the sample is not a"
                + " fair one, and its test means little. Raise events.units.max or events.units.sample-one-in of the"
                + " bidder.");
        warn(warnings, units.inSeveralArms(), "%,d units are in more than one arm: salt, weights or arms were changed"
                + " within the time of the report. Take a --from after the change.");
        warn(warnings, bids.counters().get(NoticeCounter.UNKNOWN_ARM),
                "%,d notices are of arms that experiment.arms does"
                        + " not name; name them all, or shares and the test of them are wrong.");
        warn(warnings, bids.counters().get(NoticeCounter.PRICE_MISSING), "%,d paid impressions came without a price:"
                + " spend lacks them.");
        warn(warnings, bids.counters().get(NoticeCounter.PRICE_ABOVE_BID), "%,d notices told a price above the bid and"
                + " were not believed.");
        return warnings;
    }

    private static void warn(List<String> warnings, @Nullable Long count, String format) {
        if (count != null && count > 0) {
            warnings.add(String.format(Locale.ROOT, format, count));
        }
    }
}
