/**
 * The same net in other engines, made as quick as their interfaces allow, to compare with: TensorFlow Java and ONNX
 * Runtime, one thread each, a request's candidates and its masked passes in one call. Measured, never served; an instance
 * belongs to one thread.
 */
@NullMarked
package io.sextant.perf.baseline;

import org.jspecify.annotations.NullMarked;
