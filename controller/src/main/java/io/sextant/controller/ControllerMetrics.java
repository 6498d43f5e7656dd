package io.sextant.controller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The controller's counters in a Micrometer registry. They count what this instance did since its start: work that is
 * done again after a crash is counted again, unlike anything in a topic. Guarantees: safe for any thread.
 */
public final class ControllerMetrics {
    private final MeterRegistry registry;
    private final Map<ControllerCounter, Counter> counters = new EnumMap<>(ControllerCounter.class);

    /** Registers every counter, so that each is visible at 0. */
    public ControllerMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (ControllerCounter counter : ControllerCounter.values()) {
            String name = "sextant.controller." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.');
            counters.put(counter, Counter.builder(name).description(counter.sentence()).register(registry));
        }
    }

    /** Adds one. */
    public void count(ControllerCounter counter) {
        count(counter, 1);
    }

    /** Adds {@code amount}. */
    public void count(ControllerCounter counter, long amount) {
        counter(counter).increment((double) amount);
    }

    /** Counted since the start. */
    public long value(ControllerCounter counter) {
        return (long) counter(counter).count();
    }

    /** Where further meters are registered. */
    public MeterRegistry registry() {
        return registry;
    }

    private Counter counter(ControllerCounter counter) {
        Counter found = counters.get(counter);
        if (found == null) {
            throw new IllegalStateException("every counter is registered at the start");
        }
        return found;
    }
}
