package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.AdFormat;

/**
 * One exchange.
 *
 * @param number 0, 1, … in the order of the names
 * @param name   how requests, campaigns and cells call it
 * @param config its settings
 */
public record Exchange(int number, String name, ExchangeConfig config) {
    private static final int FORMATS = AdFormat.values().length;

    /** Number of the leaf cell of this exchange and format, see {@link LeafCells}. */
    public int cell(AdFormat format) {
        return number * FORMATS + format.mtype() - 1;
    }
}
