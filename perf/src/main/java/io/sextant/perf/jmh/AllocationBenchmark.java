package io.sextant.perf.jmh;

import com.sun.management.ThreadMXBean;
import io.sextant.perf.scorer.ArrayScorer;
import io.sextant.perf.workload.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Bytes that this project's engine allocates for a request: scores, uncertainty and AGE; and for a smaller request, to tell
 * what each candidate adds. The JVM's own count for the thread is read right before and after each call, so that nothing of
 * the harness is in it and none is none.
 *
 * <p>
 * {@code ./sextant bench engine}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AllocationBenchmark {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What an iteration counted. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        /** Requests answered, of either size. */
        public long requests;
        /** Bytes allocated by those of full size. */
        public long bytes;
        /** Bytes allocated by those with few candidates. */
        public long fewBytes;

        /** JMH makes it. */
        public Counters() {}

        /** Every iteration counts for itself. */
        @Setup(Level.Iteration)
        public void clear() {
            requests = 0;
            bytes = 0;
            fewBytes = 0;
        }
    }

    /** Candidates a request that serve to tell what each one adds. */
    public static final int FEW = 10;

    /** Candidates a request. */
    @Param("100")
    public int candidates;
    /** Dropout masks a request. */
    @Param("20")
    public int passes;

    private ArrayScorer scorer;
    private ArrayScorer fewScorer;
    private float[] logits;
    private float[] ageLogits;
    private int requests;
    private int next;

    /** JMH makes it. */
    @SuppressWarnings("NullAway.Init")
    public AllocationBenchmark() {}

    /** Reads the net, builds the engine and lets the compiler finish. */
    @Setup
    public void open() throws IOException {
        Workload workload = MeasuredWorkload.read(candidates);
        requests = workload.requests().count();
        scorer = new ArrayScorer(workload, passes);
        fewScorer = new ArrayScorer(MeasuredWorkload.read(FEW), passes);
        logits = new float[candidates];
        ageLogits = new float[candidates];
        Steady.reach(() -> allocate(new Counters()));
    }

    /** Frees the engine. */
    @TearDown
    public void close() {
        scorer.close();
        fewScorer.close();
    }

    /** Scores, uncertainty and AGE of the next request of either size. */
    @Benchmark
    public int allocate(Counters counters) {
        next = next + 1 < requests ? next + 1 : 0;
        long start = THREADS.getCurrentThreadAllocatedBytes();
        int explored = scorer.scoreWithAge(next, logits, ageLogits);
        long middle = THREADS.getCurrentThreadAllocatedBytes();
        explored += fewScorer.scoreWithAge(next, logits, ageLogits);
        counters.bytes += middle - start;
        counters.fewBytes += THREADS.getCurrentThreadAllocatedBytes() - middle;
        counters.requests++;
        return explored;
    }
}
