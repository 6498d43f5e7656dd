package io.sextant.perf.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What scores and uncertainty of a request cost at one size.
 *
 * @param sweep        what is varied
 * @param value        its value
 * @param array        microseconds in this project's engine
 * @param tensorFlow   microseconds in TensorFlow
 * @param onnxRuntime  microseconds in ONNX Runtime
 */
record GrowthPoint(@JsonProperty("sweep") Sweep sweep, @JsonProperty("value") int value,
        @JsonProperty("array_micros") double array, @JsonProperty("tensorflow_micros") double tensorFlow,
        @JsonProperty("onnxruntime_micros") double onnxRuntime) {

    /** What is varied; the rest stays as it is. */
    enum Sweep {
        /** Candidates a request. */
        @JsonProperty("candidates")
        CANDIDATES("candidates"),
        /** Width of the first hidden layer; each further one has half of it. */
        @JsonProperty("hidden_width")
        WIDTH("width of the first hidden layer (w, w/2, w/4)"),
        /** Dropout masks a request. */
        @JsonProperty("passes")
        PASSES("dropout passes K");

        private final String label;

        Sweep(String label) {
            this.label = label;
        }

        /** For people. */
        String label() {
            return label;
        }

        /** Values that it takes, rising. */
        List<Integer> settings() {
            return switch (this) {
                case CANDIDATES -> List.of(1, 3, 10, 30, 100, 300, 1_000);
                case WIDTH -> List.of(64, 128, 256, 512, 1_024);
                case PASSES -> List.of(5, 10, 20, 50, 100);
            };
        }
    }
}
