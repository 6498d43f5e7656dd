package io.sextant.controller.ledger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/**
 * What one partition of the ledger has lent. Only the instance that has the partition has them. Assumes one thread that sets;
 * any may read.
 */
final class LedgerGauges implements AutoCloseable {
    private static final double NANOS = 1e9;

    private final MeterRegistry registry;
    private final List<Meter> meters;
    private volatile long leases;
    private volatile long outstandingNanos;

    LedgerGauges(MeterRegistry registry, int partition) {
        this.registry = registry;
        String number = Integer.toString(partition);
        meters = List.of(
                Gauge.builder("sextant.controller.ledger.leases", this, gauges -> gauges.leases)
                        .description("Leases that are open, of this partition of the ledger").tag("partition", number)
                        .register(registry),
                Gauge.builder("sextant.controller.ledger.outstanding.usd", this,
                        gauges -> gauges.outstandingNanos / NANOS)
                        .description("Money that is leased and neither settled nor given back").tag("partition", number)
                        .register(registry));
    }

    void set(long openLeases, long outstanding) {
        leases = openLeases;
        outstandingNanos = outstanding;
    }

    /** Takes them away: another instance has the partition from now on. */
    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
