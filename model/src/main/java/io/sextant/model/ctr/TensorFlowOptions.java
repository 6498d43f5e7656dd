package io.sextant.model.ctr;

import org.tensorflow.proto.ConfigProto;

/**
 * Threads of a TensorFlow session.
 *
 * @param intraOpThreads threads that one operation may use, 0 for one a core. TensorFlow keeps one such pool a process:
 *                       the first session's number counts for all later ones
 * @param interOpThreads threads that operations of one call are spread over; -1 runs them in the calling thread, which is
 *                       quickest for small nets and keeps the order of operations fixed
 */
public record TensorFlowOptions(int intraOpThreads, int interOpThreads) {

    /** One thread, the caller's: what a bid loop wants, and what gives the same weights for the same input. */
    public static TensorFlowOptions singleThread() {
        return new TensorFlowOptions(1, -1);
    }

    /** The same as TensorFlow's own settings object. */
    public ConfigProto toConfigProto() {
        return ConfigProto.newBuilder().setIntraOpParallelismThreads(intraOpThreads)
                .setInterOpParallelismThreads(interOpThreads).build();
    }
}
