/**
 * Everything in one JVM: an embedded broker, bidder, controller, trainer, and a simulated or replayed exchange. Cold: it
 * only wires and reports; the processes bring their own threads.
 */
@NullMarked
package io.sextant.standalone;

import org.jspecify.annotations.NullMarked;
