package io.sextant.perf.jmh;

import com.sun.management.ThreadMXBean;
import io.sextant.bidder.event.ImpressionRing;
import io.sextant.bidder.event.ImpressionRow;
import io.sextant.protocol.event.UnitKind;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs an event loop to write down an impression: a ring of the bidder's default size is filled and then, outside
 * the measured time, emptied by another thread, as the publisher does; so the memory that is written to was last read on
 * another core.
 *
 * <p>
 * {@code ./sextant bench controller}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    /** Rows a call; the ring holds as many. */
    public static final int ROWS = 1 << 16;
    private static final int CELLS = 200;
    private static final int DIFFERENT = 1024;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What an iteration counted. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        /** Rows written. */
        public long rows;
        /** Bytes allocated while they were. */
        public long bytes;

        /** JMH makes it. */
        public Counters() {}

        /** Every iteration counts for itself. */
        @Setup(Level.Iteration)
        public void clear() {
            rows = 0;
            bytes = 0;
        }
    }

    private final ImpressionRing ring = new ImpressionRing(ROWS);
    private final ExecutorService publisher = Executors.newSingleThreadExecutor();
    private final double[] uncertainty = new double[DIFFERENT];
    private final double[] modifier = new double[DIFFERENT];
    private long rows;

    /** JMH makes it. */
    public RecordBenchmark() {
        for (int i = 0; i < DIFFERENT; i++) {
            uncertainty[i] = 0.001 * (1 + i % 97);
            modifier[i] = 1 + i % 101 / 100.0;
        }
    }

    /** Empties the ring. */
    @Setup(Level.Invocation)
    public void drain() throws InterruptedException, ExecutionException {
        publisher.submit(() -> ring.drain(Long.MAX_VALUE,
                _ -> rows++)).get();
    }

    /** Ends the other thread. */
    @TearDown
    public void close() {
        publisher.shutdown();
    }

    /** Fills the ring. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int record(Counters counters) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int written = 0;
        for (int i = 0; i < ROWS; i++) {
            int at = i & (DIFFERENT - 1);
            int flags = ImpressionRow.REQUEST | ImpressionRow.IMPRESSION | (i & ImpressionRow.BID);
            ImpressionRow row = ring.claim();
            if (row != null) {
                row.at(i >> 6, i % 3, at % CELLS, flags).judged(uncertainty[at], Double.NaN, 1, 1)
                        .modified(modifier[at], modifier[at]).of(UnitKind.UNIT_USER, i);
                ring.publish();
                written++;
            }
        }
        counters.bytes += THREADS.getCurrentThreadAllocatedBytes() - before;
        counters.rows += written;
        if (written != ROWS) {
            throw new IllegalStateException("the ring took " + written + " rows of " + ROWS);
        }
        return written;
    }
}
