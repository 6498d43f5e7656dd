package io.sextant.perf.loop;

import io.sextant.fixtures.market.Opportunity;
import io.sextant.protocol.event.BidFacts;

/**
 * An impression that was bought, before anybody knows whether it is clicked.
 *
 * @param bid            the facts of the bid, as in its notices
 * @param opportunity    what the market knows of it
 * @param publisher      id of the publisher, as the request tells it
 * @param ad             number of the ad in the bidder's catalogue
 * @param plainPctr      click probability without exploration, by the model that was served
 * @param modifier       what the bid was multiplied by
 * @param priceCpmMicros what was paid, micros of USD per thousand impressions
 */
public record Win(BidFacts bid, Opportunity opportunity, String publisher, int ad, double plainPctr, double modifier,
        long priceCpmMicros) {}
