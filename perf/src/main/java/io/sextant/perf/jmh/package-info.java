/**
 * The measurements themselves, as JMH benchmarks. Each runs in JVMs of its own, one thread; {@code ./sextant bench} starts
 * them.
 */
@NullMarked
package io.sextant.perf.jmh;

import org.jspecify.annotations.NullMarked;
