package io.sextant.perf.jmh;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.ArrayScratch;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.Workload;
import io.sextant.uncertainty.estimator.GradientNorm;
import io.sextant.uncertainty.estimator.LinearisedDropout;
import io.sextant.uncertainty.estimator.MonteCarloDropout;
import io.sextant.uncertainty.estimator.RowInformation;
import io.sextant.uncertainty.estimator.UncertaintyEstimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
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

/**
 * A request's uncertainty alone, by each estimator, after the request's part of the net is computed.
 *
 * <p>
 * {@code ./sextant bench engine}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EstimatorBenchmark {
    /** Ways to measure uncertainty. */
    public enum Estimator {
        /** Twenty dropout masks. */
        MONTE_CARLO(new MonteCarloDropout(UncertaintyScale.PROBABILITY, MonteCarloDropout.PASSES_DEFAULT)),
        /** One forward and one backward pass. */
        LINEARISED(new LinearisedDropout(UncertaintyScale.LOGIT)),
        /** One number a row of the embedding table. */
        ROW_INFORMATION(new RowInformation(UncertaintyScale.LOGIT)),
        /** One forward and one backward pass, down to the request's embeddings. */
        GRADIENT_NORM(new GradientNorm(UncertaintyScale.LOGIT));

        @SuppressWarnings("ImmutableEnumChecker") // one benchmark thread in a JVM of its own
        private final UncertaintyEstimator estimator;

        Estimator(UncertaintyEstimator estimator) {
            this.estimator = estimator;
        }
    }

    /** Whose time is taken. */
    @Param("MONTE_CARLO")
    public Estimator estimator = Estimator.MONTE_CARLO;

    private ArrayCtrModel model;
    private ArrayScratch[] begun;
    private Requests requests;
    private int next;

    /** JMH makes it. */
    @SuppressWarnings("NullAway.Init")
    public EstimatorBenchmark() {}

    /** Reads the net, begins all requests and lets the compiler finish. */
    @Setup
    public void open() throws IOException {
        Workload workload = MeasuredWorkload.read(1);
        ModelDescription description = workload.artefact().description();
        requests = workload.requests();
        model = new ArrayCtrModel(description, workload.artefact().weights(), KernelChoice.kernels());
        AdParts ads = model.prepare(new AdTable(description.schema(), workload.ads()));
        begun = new ArrayScratch[requests.count()];
        for (int request = 0; request < begun.length; request++) {
            FeatureBatch batch = new FeatureBatch(description.schema(), 1);
            System.arraycopy(requests.features(request), 0, batch.request, 0, batch.request.length);
            batch.add(requests.candidates(request)[0]);
            begun[request] = model.newScratch(1);
            model.begin(ads, batch, begun[request]);
        }
        Steady.reach(this::estimate);
    }

    /** Uncertainty of the next request. */
    @Benchmark
    public double estimate() {
        next = next + 1 < begun.length ? next + 1 : 0;
        return estimator.estimator.estimate(model, requests.decisionKey(next), begun[next]);
    }
}
