/**
 * Decisions kept, so that they can be computed again: what a logged decision holds, and the directory where a share of them
 * lies together with all that they were made with. Making an event is warm, one in a hundred requests on the event loops;
 * the directory is cold and belongs to one thread of {@link io.sextant.bidder.decision.DecisionWriter}.
 *
 * <p>
 * A directory holds
 * <dl>
 * <dt>{@code bids/<time of its first decision>.pb.gz}
 * <dd>segments: {@code BidEvent}s, each after its length, compressed
 * <dt>{@code catalogues/<sha256>.yaml}, {@code settings/<id>.yaml}
 * <dd>catalogues as they were read, and the settings that decisions depend on, as a file for {@code --config}
 * <dt>{@code snapshots/<arm>-<version>-<fingerprint>.pb}
 * <dd>the {@code UncertaintySnapshot}s that modifier tables were made from
 * <dt>{@code models/<arm>/<version>-<head of its sha256>}
 * <dd>model artefacts, linked where the file system can
 * </dl>
 * Everything but segments is written once, under a name that its content decides; its time stamp says when a segment first
 * needed it for the last time, and {@link io.sextant.bidder.decision.Retention} goes by that.
 */
@NullMarked
package io.sextant.bidder.decision;

import org.jspecify.annotations.NullMarked;
