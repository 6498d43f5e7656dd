/**
 * The same requests answered by each engine: this project's, as the bidder uses it, and TensorFlow Java and ONNX Runtime,
 * made as quick as their interfaces allow, one thread each, a request's candidates and masked passes in one call. What is
 * measured; an instance belongs to one thread.
 */
@NullMarked
package io.sextant.perf.scorer;

import org.jspecify.annotations.NullMarked;
