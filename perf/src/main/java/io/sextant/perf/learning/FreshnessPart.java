package io.sextant.perf.learning;

import io.sextant.standalone.Freshness;
import io.sextant.standalone.FreshnessRun;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleConsumer;

/** From a click's notice to a served model that learned from it, and what it takes to bring one there: the demo, watched. */
final class FreshnessPart implements LearningPart {
    private static final Duration FULL = Duration.ofMinutes(3);
    private static final Duration QUICK = Duration.ofSeconds(100);
    private static final double CLICK_TO_SERVED_SECONDS_MAX = 30;

    @Override
    public String name() {
        return "freshness";
    }

    @Override
    public List<LearningFigure> measure(boolean quick, DoubleConsumer progress) throws InterruptedException {
        return figures(FreshnessRun.measure(quick ? QUICK : FULL, progress));
    }

    static List<LearningFigure> figures(Freshness seen) {
        return List.of(
                new LearningFigure("click_to_served_seconds_p50", seen.p50Seconds(),
                        "s from a click's notice to a served model that learned from it, median", "below 30",
                        seen.p50Seconds() < CLICK_TO_SERVED_SECONDS_MAX),
                LearningFigure.of("click_to_served_seconds_p90", seen.p90Seconds(), "s, nine of ten clicks"),
                LearningFigure.of("clicks_followed", seen.clicks(), "clicks that were followed"),
                LearningFigure.of("clicks_unserved", seen.unserved(), "of these, never served"),
                LearningFigure.of("versions_served", seen.versions(), "versions that came to be served, all arms"),
                LearningFigure.of("delta_bytes_share", seen.deltaBytesShare(),
                        "bytes of a delta, median, over those of a full artefact"),
                LearningFigure.of("delta_bytes", seen.deltaBytesMedian(), "bytes of a delta, median"),
                LearningFigure.of("full_bytes", (double) seen.fullBytes(), "bytes of a full artefact"));
    }
}
