package io.sextant.bidder.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.pipeline.Step;
import io.sextant.protocol.NoBidReason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counters and times of bid requests. Thread-safe. */
public final class BidMetrics {
    private static final Duration[] BUCKETS = {Duration.ofNanos(50_000), Duration.ofNanos(100_000),
        Duration.ofNanos(200_000), Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2),
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(50),
        Duration.ofMillis(100)};

    /** How a request was answered. */
    public enum Outcome {
        /** 200 with at least one bid. */
        BID,
        /** 204, or 200 with a reason for a test request. */
        NO_BID,
        /** 204 before it was parsed: it had waited too long. */
        SHED,
        /** 204: a bug. */
        INTERNAL_ERROR,
        /** 400. */
        BAD_REQUEST,
        /** 405. */
        METHOD_NOT_ALLOWED,
        /** 413. */
        TOO_LARGE,
        /** 415. */
        UNSUPPORTED_TYPE
    }

    private final Counts<Outcome> requests;
    private final Counts<NoBidReason> impressions;
    private final LongAdder unmeasured = new LongAdder();
    private final Timer latency;
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);

    /** Makes and publishes them. */
    public BidMetrics(MeterRegistry registry) {
        this.requests = Counts.register(registry, "bidder.requests", "Bid requests by how they were answered.",
                "outcome", Outcome.class);
        this.impressions = Counts.register(registry, "bidder.impressions",
                "Impressions offered by why they got no bid; none is a bid.", "reason", NoBidReason.class);
        FunctionCounter.builder("bidder.uncertainty.unmeasured", unmeasured, LongAdder::sum)
                .description("Impressions whose uncertainty was wanted and which the arm's model cannot measure so.")
                .register(registry);
        this.latency = Timer.builder("bidder.latency")
                .description("Time from arrival to answer of parsed bid requests.").serviceLevelObjectives(BUCKETS)
                .register(registry);
        for (Step step : Step.values()) {
            steps.put(step, Timer.builder("bidder.step").description("Time of a request's step.")
                    .tag("step", step.name().toLowerCase(Locale.ROOT)).serviceLevelObjectives(BUCKETS)
                    .register(registry));
        }
    }

    /** Requests by outcome. */
    public Counts<Outcome> requests() {
        return requests;
    }

    /** Impressions by reason. */
    public Counts<NoBidReason> impressions() {
        return impressions;
    }

    /** Counts an impression whose uncertainty the arm's model could not be asked for. */
    void unmeasured() {
        unmeasured.increment();
    }

    /** From arrival to answer. */
    Timer latency() {
        return latency;
    }

    /** Of one step. */
    Timer step(Step step) {
        return Objects.requireNonNull(steps.get(step));
    }
}
