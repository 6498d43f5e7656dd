/**
 * The closed loop on a simulated clock: a market with known truth, the bidder's pipeline, the controller's processors, one trainer
 * an arm, and the models back into the pipeline. No HTTP, no Kafka. Cold; the threads of {@code MarketLoop} own what they are given.
 */
@NullMarked
package io.sextant.perf.loop;

import org.jspecify.annotations.NullMarked;
