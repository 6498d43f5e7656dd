/**
 * Bids of first-price auctions: less than an impression is worth, by as much as the chance of winning allows.
 *
 * <p>
 * {@link io.sextant.bidder.shading.ShadingLearner} hears how auctions ended and makes
 * {@link io.sextant.bidder.shading.ShadingCurves}: cold, one owner. Curves are immutable and hot path: event loops read them
 * through one volatile reference and ask them for the bid of a chosen candidate; they allocate nothing and take no lock.
 */
@NullMarked
package io.sextant.bidder.shading;

import org.jspecify.annotations.NullMarked;
