package io.sextant.perf.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.perf.scorer.Engine;

/**
 * The figures that targets are set for.
 *
 * @param speedupVsTensorFlow  time of scores and uncertainty in TensorFlow over the same here
 * @param speedupVsOnnxRuntime the same of ONNX Runtime
 * @param fmaPeakShare         multiply-adds that were executed for scores and uncertainty, a second, as a share of the most
 *                             that the machine does
 * @param uncertaintyShare     time that the uncertainty adds to the scores, as a share of the scores' time
 * @param ageShare             time that AGE adds to scores and uncertainty, as a share of theirs
 * @param bytesPerCandidate    bytes allocated for each candidate
 * @param bytesPerRequest      bytes allocated for a request: scores, uncertainty and AGE
 * @param maxLogitDifference   largest difference from the reference
 */
record EngineFigures(@JsonProperty("speedup_vs_tensorflow") double speedupVsTensorFlow,
        @JsonProperty("speedup_vs_onnxruntime") double speedupVsOnnxRuntime,
        @JsonProperty("fma_peak_share") double fmaPeakShare,
        @JsonProperty("uncertainty_share") double uncertaintyShare,
        @JsonProperty("age_share") double ageShare,
        @JsonProperty("bytes_per_candidate") double bytesPerCandidate,
        @JsonProperty("bytes_per_request") double bytesPerRequest,
        @JsonProperty("max_logit_difference") double maxLogitDifference) {

    /** Makes the figures of a run. */
    static EngineFigures of(EngineRun run, Arithmetic arithmetic, Parity parity) {
        double request = run.request().medianNs();
        double scores = run.scores().medianNs();
        return new EngineFigures(
                run.other(Engine.TENSORFLOW, run.quickest(Engine.TENSORFLOW)).medianNs() / request,
                run.other(Engine.ONNX_RUNTIME, run.quickest(Engine.ONNX_RUNTIME)).medianNs() / request,
                peakShare(arithmetic.executed(), run), (request - scores) / scores,
                (run.withAge().medianNs() - request) / request, run.bytesPerCandidate(), run.bytesPerRequest(),
                parity.reference());
    }

    /** The share of the machine's peak at which multiply-adds are done in the time of scores and uncertainty. */
    static double peakShare(double multiplyAdds, EngineRun run) {
        return 2 * multiplyAdds / run.request().medianNs() / run.peakGflops();
    }
}
