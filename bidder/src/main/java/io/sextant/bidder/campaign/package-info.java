/**
 * What may be bid for whom: the catalogue of campaigns and creatives, and the index that finds those which fit an
 * impression.
 *
 * <p>
 * {@link io.sextant.bidder.campaign.CampaignIndex}, {@link io.sextant.bidder.campaign.MatchScratch},
 * {@link io.sextant.bidder.campaign.Vocabulary} and {@link io.sextant.bidder.campaign.Postings} are hot path: they run
 * on the event loops. Reading and watching the catalogue file is cold and runs on the watcher's own thread.
 */
@NullMarked
package io.sextant.bidder.campaign;

import org.jspecify.annotations.NullMarked;
