package io.sextant.perf.engine;

import io.sextant.perf.engine.Measurement.Size;
import io.sextant.perf.jmh.AllocationBenchmark;
import io.sextant.perf.jmh.EstimatorBenchmark.Estimator;
import io.sextant.perf.jmh.PeakFmaBenchmark;
import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The measurements behind the figures: which they are, and what they yielded. */
final class EngineRun {
    /** The request that targets are set for. */
    static final Size STANDARD = new Size(100, 20);
    /** The forms in which all rows of a request are run through the whole net. */
    private static final List<BatchForm> ALL_ROWS = List.of(BatchForm.FED_EMBEDDINGS, BatchForm.FED_INDICES);

    private final Path artefact;
    private final Map<Measurement, Samples> samples;

    /**
     * Takes over what was measured.
     *
     * @param artefact that was measured
     * @param samples  of at least the {@link #measurements}
     */
    EngineRun(Path artefact, Map<Measurement, Samples> samples) {
        this.artefact = artefact;
        this.samples = samples;
    }

    /**
     * What has to be measured.
     *
     * @param allForms whether also what no figure is made of is measured: other forms, other estimators
     */
    static List<Measurement> measurements(Path artefact, boolean allForms) {
        List<Measurement> all = new ArrayList<>(List.of(Measurement.peak(artefact),
                Measurement.scores(artefact, STANDARD), Measurement.request(artefact, STANDARD),
                Measurement.withAge(artefact, STANDARD, true)));
        if (allForms) {
            all.add(Measurement.withAge(artefact, STANDARD, false));
            for (Estimator estimator : Estimator.values()) {
                all.add(Measurement.uncertainty(artefact, estimator));
            }
        }
        for (Engine engine : List.of(Engine.TENSORFLOW, Engine.ONNX_RUNTIME)) {
            for (BatchForm form : allForms ? List.of(BatchForm.values()) : ALL_ROWS) {
                all.add(Measurement.request(artefact, STANDARD, engine, form));
            }
        }
        all.add(Measurement.allocation(artefact, STANDARD));
        return all;
    }

    private Samples of(Measurement measurement) {
        Samples found = samples.get(measurement);
        if (found == null) {
            throw new IllegalStateException(measurement + " was not measured");
        }
        return found;
    }

    /** Scores alone. */
    Samples scores() {
        return of(Measurement.scores(artefact, STANDARD));
    }

    /** Scores and uncertainty. */
    Samples request() {
        return of(Measurement.request(artefact, STANDARD));
    }

    /** Scores, uncertainty and AGE. */
    Samples withAge() {
        return of(Measurement.withAge(artefact, STANDARD, true));
    }

    /** The same with all of the best candidates explored, whatever the gate says; null if that was not measured. */
    @Nullable
    Samples withUngatedAge() {
        return samples.get(Measurement.withAge(artefact, STANDARD, false));
    }

    /** A request's uncertainty alone; null if that was not measured. */
    @Nullable
    Samples uncertainty(Estimator estimator) {
        return samples.get(Measurement.uncertainty(artefact, estimator));
    }

    /** Scores and uncertainty in another engine; only forms that were measured. */
    Samples other(Engine engine, BatchForm form) {
        return of(Measurement.request(artefact, STANDARD, engine, form));
    }

    /** The forms of another engine that were measured. */
    List<BatchForm> forms(Engine engine) {
        return List.of(BatchForm.values()).stream()
                .filter(form -> samples.containsKey(Measurement.request(artefact, STANDARD, engine, form))).toList();
    }

    /** The quickest form of another engine that runs all rows of a request through the whole net. */
    BatchForm quickest(Engine engine) {
        return ALL_ROWS.stream().min(Comparator.comparingDouble(form -> other(engine, form).medianNs())).orElseThrow();
    }

    /** Floating-point operations a nanosecond, which is billions a second, that this machine does at most on one core. */
    double peakGflops() {
        return PeakFmaBenchmark.operations() / of(Measurement.peak(artefact)).medianNs();
    }

    /** Bytes that a request of the standard size allocates. */
    double bytesPerRequest() {
        Samples allocation = allocation();
        return allocation.count("bytes") / allocation.count("requests");
    }

    /** Bytes that each candidate adds to that. */
    double bytesPerCandidate() {
        Samples allocation = allocation();
        double added = allocation.count("bytes") - allocation.count("fewBytes");
        return Math.max(0, added / allocation.count("requests") / (STANDARD.candidates() - AllocationBenchmark.FEW));
    }

    private Samples allocation() {
        return of(Measurement.allocation(artefact, STANDARD));
    }
}
