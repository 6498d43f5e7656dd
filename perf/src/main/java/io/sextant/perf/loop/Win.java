package io.sextant.perf.loop;

import io.sextant.fixtures.market.Opportunity;
import java.util.List;

/**
 * An impression that was bought, before anybody knows whether it is clicked.
 *
 * @param bidId         unique
 * @param exchange      where
 * @param opportunity   what the market knows of it
 * @param campaignId    for whom
 * @param creativeId    what is shown
 * @param format        of the impression, as cells are named
 * @param features      of each field, what the model was asked with
 * @param plainPctr     click probability without exploration, by the model that was served
 * @param pctr          click probability that the price was computed from
 * @param modifier      what the bid was multiplied by
 * @param modelVersion  of the model that was served
 * @param timeMs        when, milliseconds since the epoch
 * @param priceCpmMicros what was paid, micros of USD per thousand impressions
 */
record Win(String bidId, String exchange, Opportunity opportunity, String campaignId, String creativeId, String format,
        List<Integer> features, double plainPctr, double pctr, double modifier, long modelVersion, long timeMs,
        long priceCpmMicros) {}
