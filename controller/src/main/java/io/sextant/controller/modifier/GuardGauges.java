package io.sextant.controller.modifier;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The guard's gauges. Only the instance that runs the guard has them. Assumes one thread that sets; any may read.
 */
final class GuardGauges implements AutoCloseable {
    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private final Map<String, AtomicReference<Double>> premiums = new HashMap<>();
    private volatile double gain = Double.NaN;
    private volatile double capped = Double.NaN;

    GuardGauges(MeterRegistry registry) {
        this.registry = registry;
        meters.add(Gauge.builder("sextant.controller.exploration.gain", this, gauges -> gauges.gain)
                .description("What modifiers less 1 are multiplied by, 0 to 1").register(registry));
        meters.add(Gauge.builder("sextant.controller.exploration.capped", this, gauges -> gauges.capped)
                .description("1 while exploration is off because its premium reached the cap, else 0")
                .register(registry));
    }

    void set(double newGain, boolean isCapped) {
        gain = newGain;
        capped = isCapped ? 1 : 0;
    }

    void premium(String arm, double share) {
        premiums.computeIfAbsent(arm, this::register).set(share);
    }

    private AtomicReference<Double> register(String arm) {
        var value = new AtomicReference<>(Double.NaN);
        meters.add(Gauge
                .builder("sextant.controller.exploration.premium", value, held -> Objects.requireNonNull(held.get()))
                .description("Exploration premium over the guard's window, as a share of the arm's spend")
                .tag("arm", arm)
                .register(registry));
        return value;
    }

    /** Takes them away: another instance runs the guard from now on. */
    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
