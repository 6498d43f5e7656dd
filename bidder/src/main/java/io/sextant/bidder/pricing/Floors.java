package io.sextant.bidder.pricing;

import io.sextant.bidder.campaign.Creative;
import io.sextant.protocol.openrtb.BidRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The floors of an impression and of its deals. A deal's floor stands in place of the impression's; a video's floor may
 * depend on the length of the ad. Hot path: pure functions.
 */
public final class Floors {
    private Floors() {}

    /**
     * The floor of the open auction.
     *
     * @param ad the video to be shown; null for all else
     * @return per 1000 impressions, in the impression's {@code bidfloorcur}; 0 or more
     */
    public static double open(BidRequest.Imp imp, Creative.@Nullable VideoAd ad) {
        if (ad == null) {
            return notNegative(imp.getBidfloor());
        }
        BidRequest.Video player = imp.getVideo();
        double floor = byDuration(imp.getBidfloor(), player.getDurfloorsList(), ad.durationSeconds());
        return notNegative(Math.max(floor, player.getMincpmpersec() * ad.durationSeconds()));
    }

    /**
     * The floor of a deal; the impression's where the deal names none.
     *
     * @param ad the video to be shown; null for all else
     * @return per 1000 impressions, in {@link #currency}; 0 or more
     */
    public static double deal(BidRequest.Imp imp, BidRequest.Deal deal, Creative.@Nullable VideoAd ad) {
        if (!hasOwn(deal)) {
            return open(imp, ad);
        }
        if (ad == null) {
            return notNegative(deal.getBidfloor());
        }
        double floor = byDuration(deal.getBidfloor(), deal.getDurfloorsList(), ad.durationSeconds());
        return notNegative(Math.max(floor, deal.getMincpmpersec() * ad.durationSeconds()));
    }

    /** The currency of {@link #deal}'s floor, an ISO 4217 code. */
    public static String currency(BidRequest.Imp imp, BidRequest.Deal deal) {
        return hasOwn(deal) ? deal.getBidfloorcur() : imp.getBidfloorcur();
    }

    private static boolean hasOwn(BidRequest.Deal deal) {
        return deal.hasBidfloor() || deal.hasMincpmpersec() || deal.getDurfloorsCount() > 0;
    }

    private static double byDuration(double floor, List<BidRequest.DurFloors> floors, int seconds) {
        for (int i = 0; i < floors.size(); i++) {
            BidRequest.DurFloors entry = floors.get(i);
            if (seconds >= entry.getMindur() && (entry.getMaxdur() <= 0 || seconds <= entry.getMaxdur())) {
                return entry.getBidfloor();
            }
        }
        return floor;
    }

    /** A floor that is negative or not a number is none. */
    private static double notNegative(double floor) {
        return floor > 0 ? floor : 0;
    }
}
