package io.sextant.bidder;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.sextant.bidder.event.FleetFollower;
import io.sextant.bidder.event.Outbox;
import io.sextant.bidder.notice.NoticeForwarder;
import io.sextant.bidder.notice.NoticeJournal;
import io.sextant.bidder.pipeline.LeafCells;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.bidder.spending.AccountBook;
import io.sextant.bidder.spending.LedgerPulse;
import io.sextant.bidder.spending.Reservations;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;

/** What of a running bidder can be looked at at any time, and the JVM's own figures. For one thread. */
final class BidderGauges implements AutoCloseable {
    private final MeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    /** Publishes the JVM's figures. */
    BidderGauges(MeterRegistry registry) {
        this.registry = registry;
        new JvmMemoryMetrics().bindTo(registry);
        gc.bindTo(registry);
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported()) {
            FunctionCounter.builder("bidder.allocated", threads, ThreadMXBean::getTotalThreadAllocatedBytes)
                    .description("Heap that all threads have allocated since the start.").baseUnit("bytes")
                    .register(registry);
        }
    }

    void notices(NoticeJournal journal, NoticeForwarder forwarder) {
        Gauge.builder("bidder.journal.size", journal, NoticeJournal::size)
                .description("Notices on disk that Kafka does not have yet.").register(registry);
        Gauge.builder("bidder.journal.queued", journal, NoticeJournal::queued)
                .description("Notices that wait for their commit.").register(registry);
        FunctionCounter.builder("bidder.notices.forwarded", forwarder, NoticeForwarder::forwarded)
                .description("Notices that Kafka has acknowledged.").register(registry);
        FunctionCounter.builder("bidder.notices.forward.failures", forwarder, NoticeForwarder::failures)
                .description("Attempts to forward notices that failed and are repeated.").register(registry);
    }

    void outbox(String name, Outbox outbox) {
        Gauge.builder("bidder.outbox.size", outbox, Outbox::size).tag("outbox", name)
                .description("Messages that wait for Kafka.").register(registry);
    }

    void cells(LeafCells cells) {
        Gauge.builder("bidder.cells.publishers", cells, LeafCells::publishers)
                .description("Publishers whose uncertainties are counted in a cell of their own.").register(registry);
    }

    void spending(AccountBook accounts, Reservations reservations, LedgerPulse pulse, InstantSource clock) {
        Gauge.builder("bidder.accounts", accounts, AccountBook::size)
                .description("Campaigns, by arm, that leases are held or asked for.").register(registry);
        Gauge.builder("bidder.reservations.open", reservations, Reservations::size)
                .description("Bids that have something reserved.").register(registry);
        Gauge.builder("bidder.ledger.age", pulse, heard -> heard.ageMs(clock.millis()) / 1000.0)
                .description("Time since the ledger was last heard of, in seconds.").baseUnit("seconds")
                .register(registry);
    }

    /** {@code names} by arm number. */
    void arms(List<String> names, SnapshotHolder holder, FleetFollower follower, InstantSource clock) {
        for (int arm = 0; arm < names.size(); arm++) {
            int number = arm;
            String name = names.get(arm);
            Gauge.builder("bidder.model.version", holder, held -> held.current().arms().get(number).modelVersion())
                    .description("Version of the model that the arm bids with; -1 for none.").tag("arm", name)
                    .register(registry);
            Gauge.builder("bidder.snapshot.age", follower, followed -> {
                long timeMs = followed.snapshotTimeMs(name);
                return timeMs == 0 ? Double.NaN : (clock.millis() - timeMs) / 1000.0;
            }).description("Age of the uncertainty snapshot that the arm uses, in seconds.").baseUnit("seconds")
                    .tag("arm", name).register(registry);
        }
    }

    @Override
    public void close() {
        gc.close();
    }
}
