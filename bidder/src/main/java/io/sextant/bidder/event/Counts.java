package io.sextant.bidder.event;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * One counter for each constant of an enum, published to a registry. Thread-safe; counting neither locks nor allocates.
 *
 * @param <E> what is counted
 */
public final class Counts<E extends Enum<E>> {
    private final LongAdder[] adders;

    private Counts(int size) {
        this.adders = new LongAdder[size];
        for (int i = 0; i < size; i++) {
            adders[i] = new LongAdder();
        }
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
        E[] constants = type.getEnumConstants();
        Counts<E> counts = new Counts<>(constants.length);
        for (E constant : constants) {
            FunctionCounter.builder(name, counts.adders[constant.ordinal()], LongAdder::sum).description(description)
                    .tag(tag, constant.name().toLowerCase(Locale.ROOT)).tags(tags).register(registry);
        }
        return counts;
    }

    /** Counts one. */
    public void add(E what) {
        adders[what.ordinal()].increment();
    }

    /** Counts several at once. */
    public void add(E what, long number) {
        adders[what.ordinal()].add(number);
    }

    /** How many so far. */
    public long count(E what) {
        return adders[what.ordinal()].sum();
    }

    /** How many of all constants so far. */
    public long total() {
        long total = 0;
        for (LongAdder adder : adders) {
            total += adder.sum();
        }
        return total;
    }
}
