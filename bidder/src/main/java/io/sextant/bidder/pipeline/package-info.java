/**
 * The decision: from a request to bids or reasons. Hot path: {@link io.sextant.bidder.pipeline.BidPipeline} is shared by
 * all event loops, each with its own {@link io.sextant.bidder.pipeline.BidScratch}. Start reading at
 * {@link io.sextant.bidder.pipeline.BidPipeline#bid}.
 */
@NullMarked
package io.sextant.bidder.pipeline;

import org.jspecify.annotations.NullMarked;
