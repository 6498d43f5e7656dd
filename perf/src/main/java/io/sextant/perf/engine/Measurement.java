package io.sextant.perf.engine;

import io.sextant.perf.jmh.AllocationBenchmark;
import io.sextant.perf.jmh.ArrayEngineBenchmark;
import io.sextant.perf.jmh.EstimatorBenchmark;
import io.sextant.perf.jmh.PeakFmaBenchmark;
import io.sextant.perf.jmh.RequestBenchmark;
import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One thing that is measured: a benchmark's method with its parameters, on one net.
 *
 * @param benchmark  class of the benchmark
 * @param method     its method
 * @param parameters of the benchmark, by name
 * @param artefact   directory of the net
 */
record Measurement(Class<?> benchmark, String method, Map<String, String> parameters, Path artefact) {
    Measurement {
        parameters = Map.copyOf(parameters);
    }

    /** Pattern that matches this benchmark alone. */
    String pattern() {
        return benchmark.getName().replace(".", "\\.") + "\\." + method + "$";
    }

    /** The most multiply-adds of this machine. */
    static Measurement peak(Path artefact) {
        return new Measurement(PeakFmaBenchmark.class, "multiplyAdd", Map.of(), artefact);
    }

    /** Scores of all candidates in this project's engine. */
    static Measurement scores(Path artefact, Size size) {
        return new Measurement(ArrayEngineBenchmark.class, "score", size.parameters(), artefact);
    }

    /** Scores, uncertainty and AGE in this project's engine, behind AGE's gate or without it. */
    static Measurement withAge(Path artefact, Size size, boolean gate) {
        Map<String, String> parameters = new HashMap<>(size.parameters());
        parameters.put("gate", String.valueOf(gate));
        return new Measurement(ArrayEngineBenchmark.class, "scoreWithUncertaintyAndAge", parameters, artefact);
    }

    /** Scores and uncertainty in any engine. */
    static Measurement request(Path artefact, Size size, Engine engine, BatchForm form) {
        return new Measurement(RequestBenchmark.class, "scoreWithUncertainty",
                Map.of("candidates", String.valueOf(size.candidates()), "passes", String.valueOf(size.passes()),
                        "engine", engine.name(), "form", form.name()),
                artefact);
    }

    /** Scores and uncertainty in this project's engine. */
    static Measurement request(Path artefact, Size size) {
        return request(artefact, size, Engine.ARRAY, BatchForm.FED_EMBEDDINGS);
    }

    /** A request's uncertainty alone, in this project's engine. */
    static Measurement uncertainty(Path artefact, EstimatorBenchmark.Estimator estimator) {
        return new Measurement(EstimatorBenchmark.class, "estimate", Map.of("estimator", estimator.name()), artefact);
    }

    /** Bytes allocated by scores, uncertainty and AGE in this project's engine. */
    static Measurement allocation(Path artefact, Size size) {
        return new Measurement(AllocationBenchmark.class, "allocate", size.parameters(), artefact);
    }

    /**
     * Size of a request.
     *
     * @param candidates ads that are scored
     * @param passes     dropout masks
     */
    record Size(int candidates, int passes) {
        private Map<String, String> parameters() {
            return Map.of("candidates", String.valueOf(candidates), "passes", String.valueOf(passes));
        }
    }
}
