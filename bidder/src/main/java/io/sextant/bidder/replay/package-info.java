/**
 * Computes logged decisions again, from a directory of decisions, and tells where something else comes out. Cold: a command
 * of its own, one thread. Start reading at {@link io.sextant.bidder.replay.DecisionReplayer}.
 */
@NullMarked
package io.sextant.bidder.replay;

import org.jspecify.annotations.NullMarked;
