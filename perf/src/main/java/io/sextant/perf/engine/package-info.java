/**
 * {@code ./sextant bench engine}: trains a net, checks this project's engine against TensorFlow, measures it beside others
 * and reports. Cold; one thread.
 */
@NullMarked
package io.sextant.perf.engine;

import org.jspecify.annotations.NullMarked;
