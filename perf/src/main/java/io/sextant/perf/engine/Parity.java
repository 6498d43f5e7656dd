package io.sextant.perf.engine;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Largest absolute differences of logits between engines on the same rows.
 *
 * @param rows          rows of each kind that were compared with the reference
 * @param plain         this project's engine and the reference, no dropout
 * @param maskedRequest the same, the request with its ad masked, under dropout masks
 * @param maskedAds     the same, candidates under dropout masks
 * @param timedRows     rows on which the engines that are timed were compared with this project's
 * @param tensorFlow    TensorFlow as it is timed
 * @param onnxRuntime   ONNX Runtime as it is timed
 */
record Parity(@JsonProperty("rows") int rows, @JsonProperty("plain") double plain,
        @JsonProperty("masked_request") double maskedRequest, @JsonProperty("masked_ads") double maskedAds,
        @JsonProperty("timed_rows") int timedRows, @JsonProperty("tensorflow_as_timed") double tensorFlow,
        @JsonProperty("onnxruntime_as_timed") double onnxRuntime) {

    /** What single precision allows for sums in another order. */
    static final double TOLERANCE = 1e-4;

    /** The largest difference from the reference. */
    double reference() {
        return Math.max(plain, Math.max(maskedRequest, maskedAds));
    }

    /** Whether all engines compute the same. */
    boolean holds() {
        return Math.max(reference(), Math.max(tensorFlow, onnxRuntime)) <= TOLERANCE;
    }
}
