package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;
import java.util.List;

/** Who may buy through a deal. Hot path: pure functions. */
public final class Deals {
    private Deals() {}

    /** Whether the campaign holds the deal, and its seat and one of its domains are let in. */
    public static boolean admits(BidRequest.Deal deal, Campaign campaign) {
        return holds(campaign, deal.getId())
                && (deal.getWseatCount() == 0 || listsSeat(deal, campaign.seat()))
                && (deal.getWadomainCount() == 0 || listsDomain(deal, campaign.advertiserDomains()));
    }

    private static boolean holds(Campaign campaign, String dealId) {
        List<String> held = campaign.dealIds();
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).equals(dealId)) {
                return true;
            }
        }
        return false;
    }

    private static boolean listsSeat(BidRequest.Deal deal, String seat) {
        for (int i = 0; i < deal.getWseatCount(); i++) {
            if (deal.getWseat(i).equals(seat)) {
                return true;
            }
        }
        return false;
    }

    private static boolean listsDomain(BidRequest.Deal deal, List<String> domains) {
        for (int i = 0; i < deal.getWadomainCount(); i++) {
            for (int j = 0; j < domains.size(); j++) {
                if (isWithin(domains.get(j), deal.getWadomain(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether {@code domain} is {@code parent} or lies under it; case does not matter. */
    private static boolean isWithin(String domain, String parent) {
        int start = domain.length() - parent.length();
        return !parent.isEmpty() && start >= 0 && domain.regionMatches(true, start, parent, 0, parent.length())
                && (start == 0 || domain.charAt(start - 1) == '.');
    }
}
