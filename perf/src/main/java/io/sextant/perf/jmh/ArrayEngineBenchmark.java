package io.sextant.perf.jmh;

import io.sextant.perf.scorer.ArrayScorer;
import io.sextant.perf.workload.Workload;
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
 * What this project's engine spends on a request besides {@link RequestBenchmark}: less, the scores alone, and more, AGE on
 * top.
 *
 * <p>
 * {@code ./sextant bench engine}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ArrayEngineBenchmark {
    /** Candidates a request. */
    @Param("100")
    public int candidates;
    /** Dropout masks a request. */
    @Param("20")
    public int passes;
    /** Whether AGE's gate decides which of the best candidates are explored; else all of them are. */
    @Param("true")
    public boolean gate;

    private ArrayScorer scorer;
    private float[] logits;
    private float[] ageLogits;
    private int requests;
    private int next;

    /** JMH makes it. */
    @SuppressWarnings("NullAway.Init")
    public ArrayEngineBenchmark() {}

    /** Reads the net, builds the engine and lets the compiler finish. */
    @Setup
    public void open() throws IOException {
        Workload workload = MeasuredWorkload.read(candidates);
        requests = workload.requests().count();
        scorer = new ArrayScorer(workload, passes, gate);
        logits = new float[candidates];
        ageLogits = new float[candidates];
        Steady.reach(this::scoreWithUncertaintyAndAge);
    }

    /** Frees the engine. */
    @TearDown
    public void close() {
        scorer.close();
    }

    /** Scores of the next request. */
    @Benchmark
    public float[] score() {
        scorer.scoreOnly(advance(), logits);
        return logits;
    }

    /** Scores, uncertainty and AGE of the next request. */
    @Benchmark
    public int scoreWithUncertaintyAndAge() {
        return scorer.scoreWithAge(advance(), logits, ageLogits);
    }

    private int advance() {
        next = next + 1 < requests ? next + 1 : 0;
        return next;
    }
}
