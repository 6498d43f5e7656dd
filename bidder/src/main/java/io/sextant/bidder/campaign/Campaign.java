package io.sextant.bidder.campaign;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One campaign: who pays how much for a click, within which bounds, where, and with which creatives.
 *
 * @param id                 unique in the catalogue, {@code bid.cid}
 * @param advertiserId       the advertiser
 * @param advertiserDomains  {@code bid.adomain}, lower case, at least one
 * @param appBundle          the advertised app's store id, {@code bid.bundle}, compared with {@code bapp}; null for none
 * @param categories         {@code bid.cat}
 * @param categoryTaxonomy   taxonomy of {@code categories}, {@code bid.cattax}
 * @param seat               the buyer's seat, {@code seatbid.seat}
 * @param cpcMicros          what a click is worth, micros of USD
 * @param firstPriceMargin   part of the value that is kept in first-price auctions, 0 to below 1
 * @param secondPriceMargin  part of the value that is kept in all other auctions, 0 to below 1
 * @param bidCapCpmMicros    no bid is above this, micros of USD per 1000 impressions
 * @param budget             what it may spend
 * @param frequencyCaps      how often one user may see it; all hold at once
 * @param language           the creatives' language, ISO 639-1; null when they have none
 * @param dealIds            deals that the campaign may buy through
 * @param dealsOnly          whether it buys through these deals only
 * @param schedule           when it bids
 * @param targeting          where it bids
 * @param creatives          what it shows, at least one
 */
public record Campaign(String id, String advertiserId, List<String> advertiserDomains, @Nullable String appBundle,
        List<String> categories, int categoryTaxonomy, String seat, long cpcMicros, double firstPriceMargin,
        double secondPriceMargin, long bidCapCpmMicros, Budget budget, List<FrequencyCap> frequencyCaps,
        @Nullable String language,
        List<String> dealIds, boolean dealsOnly, Schedule schedule, Targeting targeting, List<Creative> creatives) {
    public Campaign {
        advertiserDomains = List.copyOf(advertiserDomains);
        categories = List.copyOf(categories);
        frequencyCaps = List.copyOf(frequencyCaps);
        dealIds = List.copyOf(dealIds);
        creatives = List.copyOf(creatives);
    }
}
