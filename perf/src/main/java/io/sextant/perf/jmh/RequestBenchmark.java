package io.sextant.perf.jmh;

import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import io.sextant.perf.scorer.RequestScorer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One request in each engine: the scores of all candidates and the request's uncertainty. Requests follow one another, each
 * with features, candidates and masks of its own.
 *
 * <p>
 * {@code ./sextant bench engine}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestBenchmark {
    /** Whose time is taken. */
    @Param("ARRAY")
    public Engine engine = Engine.ARRAY;
    /** How rows are put into one call, for the engines that take batches. */
    @Param("FED_EMBEDDINGS")
    public BatchForm form = BatchForm.FED_EMBEDDINGS;
    /** Candidates a request. */
    @Param("100")
    public int candidates;
    /** Dropout masks a request. */
    @Param("20")
    public int passes;

    private RequestScorer scorer;
    private float[] logits;
    private int requests;
    private int next;

    /** JMH makes it. */
    @SuppressWarnings("NullAway.Init")
    public RequestBenchmark() {}

    /** Reads the net, builds the engine and lets the compiler finish. */
    @Setup
    public void open() throws IOException {
        var workload = MeasuredWorkload.read(candidates);
        requests = workload.requests().count();
        scorer = engine.open(workload, passes, form);
        logits = new float[candidates + passes];
        Steady.reach(this::scoreWithUncertainty);
    }

    /** Frees the engine. */
    @TearDown
    public void close() {
        scorer.close();
    }

    /** Scores and uncertainty of the next request. */
    @Benchmark
    public double scoreWithUncertainty() {
        next = next + 1 < requests ? next + 1 : 0;
        return scorer.score(next, logits);
    }
}
