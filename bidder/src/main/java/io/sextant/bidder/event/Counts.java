package io.sextant.bidder.event;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * One counter for each constant of an enum, published to a registry. Thread-safe; counting neither locks nor allocates.
 *
 * @param <E> what is counted
 */
public final class Counts<E extends Enum<E>> {
    private final EnumMap<E, LongAdder> adders;

    private Counts(Class<E> type) {
        this.adders = new EnumMap<>(type);
    }

    /**
     * Makes counters and publishes them as one metric.
     *
     * @param registry    where to
     * @param name        the metric, dotted
     * @param description one sentence
     * @param tag         the tag whose values are the constants' names, in lower case
     * @param type        the enum
     * @param tags        further tags, name and value in turn
     */
    public static <E extends Enum<E>> Counts<E> register(MeterRegistry registry, String name, String description,
            String tag, Class<E> type, String... tags) {
        Counts<E> counts = new Counts<>(type);
        for (E constant : EnumSet.allOf(type)) {
            var adder = new LongAdder();
            counts.adders.put(constant, adder);
            FunctionCounter.builder(name, adder, LongAdder::sum).description(description)
                    .tag(tag, constant.name().toLowerCase(Locale.ROOT)).tags(tags).register(registry);
        }
        return counts;
    }

    /** Counts one. */
    public void add(E what) {
        adder(what).increment();
    }

    /** Counts several at once. */
    public void add(E what, long number) {
        adder(what).add(number);
    }

    /** How many so far. */
    public long count(E what) {
        return adder(what).sum();
    }

    /** How many of all constants so far. */
    public long total() {
        long total = 0;
        for (LongAdder adder : adders.values()) {
            total += adder.sum();
        }
        return total;
    }

    private LongAdder adder(E what) {
        return Objects.requireNonNull(adders.get(what));
    }
}
