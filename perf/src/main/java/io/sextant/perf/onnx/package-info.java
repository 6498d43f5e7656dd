/** Writes ONNX files, as far as a DeepFM needs them. The messages are generated from onnx.proto. Cold; no threads. */
@NullMarked
package io.sextant.perf.onnx;

import org.jspecify.annotations.NullMarked;
