package io.sextant.trainer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.trainer.arm.Figures;
import io.sextant.trainer.arm.GroupFigures;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One arm's meters in a Micrometer registry. Guarantees: safe for any thread.
 */
public final class ArmMeters {
    private final Map<TrainerCounter, Counter> counters = new EnumMap<>(TrainerCounter.class);
    private final List<GroupGauge> byExchange;
    private final List<GroupGauge> byModifier;
    private volatile Figures figures = Figures.NONE;
    private volatile double calibrationClicks;
    private volatile int calibrationKnots;
    private volatile long version = -1;
    private volatile long watermarkMs;
    private volatile long nextOffset;
    private volatile String lastRefusal = "";
    private volatile int deltas;
    private volatile long bytes;

    /** Registers every meter, so that each is visible from the start. */
    public ArmMeters(MeterRegistry registry, String arm) {
        for (TrainerCounter counter : TrainerCounter.values()) {
            String name = "sextant.trainer." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
            counters.put(counter,
                    Counter.builder(name).description(counter.sentence()).tag("arm", arm).register(registry));
        }
        gauge(registry, arm, "log.loss", "Mean cross entropy before training, last examples, nats",
                meters -> meters.figures.logLoss());
        gauge(registry, arm, "normalised.entropy", "Log loss over that of the constant click-through rate",
                meters -> meters.figures.normalisedEntropy());
        gauge(registry, arm, "auc", "Area under the ROC curve before training, last examples",
                meters -> meters.figures.auc());
        gauge(registry, arm, "pcoc", "Predicted over observed clicks before training, last examples, calibrated",
                meters -> meters.figures.pcoc());
        gauge(registry, arm, "raw.pcoc", "Predicted over observed clicks before training and before calibration",
                meters -> meters.figures.rawPcoc());
        gauge(registry, arm, "calibration.error",
                "Expected calibration error over 20 buckets of equally many, calibrated",
                meters -> meters.figures.calibrationError());
        gauge(registry, arm, "raw.calibration.error", "Expected calibration error before calibration",
                meters -> meters.figures.raw().calibrationError());
        gauge(registry, arm, "raw.log.loss", "Mean cross entropy before training and before calibration, nats",
                meters -> meters.figures.raw().logLoss());
        gauge(registry, arm, "calibration.clicks",
                "Clicks that the calibration is fitted on; 0 as long as there is none",
                meters -> meters.calibrationClicks);
        gauge(registry, arm, "calibration.knots", "Knots of the arm's calibration; 0 for none",
                meters -> meters.calibrationKnots);
        gauge(registry, arm, "neutral.examples",
                "Impressions of the neutral arm that the published version was scored on, last ones; 0 without such an arm",
                meters -> meters.figures.neutral().examples());
        gauge(registry, arm, "neutral.auc", "Area under the ROC curve of the published version on the neutral arm",
                meters -> meters.figures.neutral().auc());
        gauge(registry, arm, "neutral.log.loss",
                "Mean cross entropy of the published version on the neutral arm, nats, calibrated",
                meters -> meters.figures.neutral().logLoss());
        gauge(registry, arm, "neutral.pcoc",
                "Predicted over observed clicks of the published version on the neutral arm, calibrated",
                meters -> meters.figures.neutral().pcoc());
        byExchange = GroupGauge.of(registry, arm, "exchange", "exchange", "in an exchange");
        byModifier = GroupGauge.of(registry, arm, "modifier", "quintile", "by quintile of the modifier, lowest first");
        gauge(registry, arm, "model.version", "Last published version", meters -> meters.version);
        gauge(registry, arm, "chain.deltas", "Deltas between the last full artefact and the last published version",
                meters -> meters.deltas);
        gauge(registry, arm, "published.bytes", "What was written for the last published version, bytes",
                meters -> meters.bytes);
        gauge(registry, arm, "watermark.ms", "Event time up to which examples were learned, epoch milliseconds",
                meters -> meters.watermarkMs);
        gauge(registry, arm, "next.offset", "Offset in the topic examples that training goes on from",
                meters -> meters.nextOffset);
    }

    private void gauge(MeterRegistry registry, String arm, String name, String sentence,
            ToDoubleFunction<ArmMeters> value) {
        Gauge.builder("sextant.trainer." + name, this, value).description(sentence).tag("arm", arm).register(registry);
    }

    /** Adds one. */
    public void count(TrainerCounter counter) {
        count(counter, 1);
    }

    /** Adds {@code amount}. */
    public void count(TrainerCounter counter, long amount) {
        Objects.requireNonNull(counters.get(counter)).increment((double) amount);
    }

    /** Counted since the start. */
    public long value(TrainerCounter counter) {
        return (long) Objects.requireNonNull(counters.get(counter)).count();
    }

    /** One gauge for each group of figures; groups come and go. */
    private record GroupGauge(MultiGauge gauge, String tag, ToDoubleFunction<GroupFigures> value) {
        static List<GroupGauge> of(MeterRegistry registry, String arm, String name, String tag, String sentence) {
            return List.of(
                    new GroupGauge(gauge(registry, arm, name + ".pcoc", "Predicted over observed clicks, calibrated, "
                            + sentence), tag, GroupFigures::pcoc),
                    new GroupGauge(gauge(registry, arm, name + ".raw.pcoc",
                            "Predicted over observed clicks before calibration, " + sentence), tag,
                            GroupFigures::rawPcoc),
                    new GroupGauge(gauge(registry, arm, name + ".clicks", "Clicks that PCOC is of, " + sentence), tag,
                            GroupFigures::clicks));
        }

        private static MultiGauge gauge(MeterRegistry registry, String arm, String name, String sentence) {
            return MultiGauge.builder("sextant.trainer." + name).description(sentence).tag("arm", arm)
                    .register(registry);
        }

        void show(List<GroupFigures> groups) {
            gauge.register(groups.stream()
                    .map(group -> MultiGauge.Row.of(Tags.of(tag, group.group()), value.applyAsDouble(group))).toList(),
                    true);
        }
    }

    /** Notes what the calibration stands on. */
    public void calibrated(double clicks, int knots) {
        calibrationClicks = clicks;
        calibrationKnots = knots;
    }

    /** Notes how far the arm has come. */
    public void progress(Figures latest, long learnedUntilMs, long offset) {
        if (!latest.equals(figures)) {
            byExchange.forEach(gauge -> gauge.show(latest.exchanges()));
            byModifier.forEach(gauge -> gauge.show(latest.modifierQuintiles()));
        }
        figures = latest;
        watermarkMs = learnedUntilMs;
        nextOffset = offset;
    }

    /** Notes the published version. */
    public void published(long publishedVersion) {
        version = publishedVersion;
    }

    /** Notes how the published version went out. */
    void sent(int deltasBehindFull, long bytesWritten) {
        deltas = deltasBehindFull;
        bytes = bytesWritten;
    }

    /** Deltas between the last full artefact and the last published version, as far as this process knows. */
    public int deltas() {
        return deltas;
    }

    /** What was written for the last published version, in bytes; 0 before the first. */
    public long bytes() {
        return bytes;
    }

    /** Event time up to which examples were learned, epoch milliseconds. */
    public long watermarkMs() {
        return watermarkMs;
    }

    /** Notes why a version was refused. */
    public void refused(TrainerCounter kind, String reason) {
        count(kind);
        lastRefusal = reason;
    }

    /** The arm as it stands, for people: what is published, how well it predicts, what was refused and why. */
    public JsonObject json() {
        Figures latest = figures;
        return new JsonObject().put("version", version).put("deltasBehindFull", deltas).put("publishedBytes", bytes)
                .put("examplesTrained", value(TrainerCounter.EXAMPLES_TRAINED)).put("watermarkMs", watermarkMs)
                .put("nextOffset", nextOffset)
                .put("figures", json(latest.calibrated())).put("rawFigures", json(latest.raw()))
                .put("neutral", json(latest.neutral()))
                .put("exchanges", json(latest.exchanges())).put("modifierQuintiles", json(latest.modifierQuintiles()))
                .put("calibration", new JsonObject().put("clicks", calibrationClicks).put("knots", calibrationKnots))
                .put("refused", new JsonObject()
                        .put("notFinite", value(TrainerCounter.MODELS_REFUSED_NOT_FINITE))
                        .put("worse", value(TrainerCounter.MODELS_REFUSED_WORSE))
                        .put("pcoc", value(TrainerCounter.MODELS_REFUSED_PCOC)))
                .put("lastRefusal", lastRefusal);
    }

    private static JsonObject json(PredictionFigures figures) {
        return new JsonObject().put("examples", figures.examples()).put("clicks", figures.clicks())
                .put("logLoss", finite(figures.logLoss())).put("normalisedEntropy", finite(figures.normalisedEntropy()))
                .put("auc", finite(figures.auc())).put("pcoc", finite(figures.pcoc()))
                .put("calibrationError", finite(figures.calibrationError()));
    }

    private static JsonArray json(List<GroupFigures> groups) {
        var array = new JsonArray();
        groups.forEach(group -> array.add(new JsonObject().put("group", group.group())
                .put("meanModifier", finite(group.meanModifier())).put("examples", group.examples())
                .put("clicks", group.clicks()).put("pcoc", finite(group.pcoc()))
                .put("rawPcoc", finite(group.rawPcoc()))));
        return array;
    }

    /* JSON knows no NaN. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** Figures at the last training step. */
    public Figures figures() {
        return figures;
    }

    /** Last published version; -1 before the first. */
    public long version() {
        return version;
    }

    /** Offset that training goes on from. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Why a version was refused last; empty if none was. */
    public String lastRefusal() {
        return lastRefusal;
    }
}
