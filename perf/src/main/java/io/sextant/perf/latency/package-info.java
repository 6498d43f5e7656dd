/**
 * {@code ./sextant bench latency}: how long a bid takes, measured without flattering. Cold; its parts drive the bidder's hot
 * path.
 */
@NullMarked
package io.sextant.perf.latency;

import org.jspecify.annotations.NullMarked;
