package io.sextant.perf.scorer;

import io.sextant.perf.workload.Workload;

/** The engines that answer requests. */
public enum Engine {
    /** This project's, as the bidder runs it. */
    ARRAY {
        @Override
        public RequestScorer open(Workload workload, int passes, BatchForm form) {
            return new ArrayScorer(workload, passes);
        }
    },
    /** TensorFlow Java. */
    TENSORFLOW {
        @Override
        public RequestScorer open(Workload workload, int passes, BatchForm form) {
            return new TensorFlowScorer(workload, passes, form);
        }
    },
    /** ONNX Runtime. */
    ONNX_RUNTIME {
        @Override
        public RequestScorer open(Workload workload, int passes, BatchForm form) {
            return new OnnxRuntimeScorer(workload, passes, form);
        }
    };

    /**
     * Builds the engine.
     *
     * @param workload the net, and what is asked of it
     * @param passes   masks of a request, 2 or more
     * @param form     of the call, for engines that take batches
     */
    public abstract RequestScorer open(Workload workload, int passes, BatchForm form);
}
