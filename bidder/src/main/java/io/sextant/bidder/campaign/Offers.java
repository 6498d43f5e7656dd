package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;
import java.util.Arrays;

/**
 * What campaigns want of the impression, beyond what they want of the request: full screen or not, deals, the language of
 * the place, the room. Hot path; every method narrows {@code left} and overwrites {@code scratch}'s union.
 *
 * <p>
 * Threading: immutable once built.
 */
final class Offers {
    private final Campaign[] campaigns;
    private final long[] interstitialOnly;
    private final long[] interstitialNever;
    private final long[] dealsOnly;
    private final long[] dealHolders;
    private final Dimension languages;
    /** Sizes of banners, and formats. */
    private final Dimension shown;

    Offers(Campaign[] campaigns, int words) {
        this.campaigns = campaigns;
        this.interstitialOnly = new long[words];
        this.interstitialNever = new long[words];
        this.dealsOnly = new long[words];
        this.dealHolders = new long[words];
        var languageBuilder = new Dimension.Builder(words);
        var shownBuilder = new Dimension.Builder(words);
        for (int number = 0; number < campaigns.length; number++) {
            Campaign campaign = campaigns[number];
            Targeting.Interstitial interstitial = campaign.targeting().interstitial();
            addIf(interstitial == Targeting.Interstitial.ONLY, interstitialOnly, number);
            addIf(interstitial == Targeting.Interstitial.NEVER, interstitialNever, number);
            addIf(campaign.dealsOnly(), dealsOnly, number);
            addIf(!campaign.dealIds().isEmpty(), dealHolders, number);
            languageBuilder.add(number, Keys.language(campaign));
            shownBuilder.add(number, Keys.shown(campaign));
        }
        this.languages = languageBuilder.build();
        this.shown = shownBuilder.build();
    }

    private static void addIf(boolean condition, long[] set, int campaign) {
        if (condition) {
            CampaignSets.add(set, campaign);
        }
    }

    void keepInterstitial(boolean interstitial, long[] left) {
        CampaignSets.remove(left, interstitial ? interstitialNever : interstitialOnly);
    }

    /** Keeps the campaigns that may take part in the open auction, if there is one, or in one of the deals. */
    void keepDeals(BidRequest.Pmp pmp, long[] left, long[] union) {
        if (pmp.getDealsCount() == 0 && !pmp.getPrivateAuction()) {
            CampaignSets.remove(left, dealsOnly);
            return;
        }
        if (pmp.getPrivateAuction()) {
            Arrays.fill(union, 0);
        } else {
            System.arraycopy(left, 0, union, 0, left.length);
            CampaignSets.remove(union, dealsOnly);
        }
        for (int d = 0; d < pmp.getDealsCount(); d++) {
            addHolders(pmp.getDeals(d), left, union);
        }
        CampaignSets.keep(left, union);
    }

    private void addHolders(BidRequest.Deal deal, long[] left, long[] union) {
        for (int number = CampaignSets.next(left, dealHolders, 0); number >= 0; number = CampaignSets.next(left,
                dealHolders, number + 1)) {
            if (Deals.admits(deal, campaigns[number])) {
                CampaignSets.add(union, number);
            }
        }
    }

    /** Creatives without a language fit everywhere; of a BCP 47 tag only the language counts. */
    void keepLanguages(BidRequest request, long[] left, MatchScratch scratch) {
        if (request.getWlangCount() == 0 && request.getWlangbCount() == 0) {
            return;
        }
        languages.open(scratch.union);
        for (int i = 0; i < request.getWlangCount(); i++) {
            languages.of(request.getWlang(i)).addTo(scratch.union);
        }
        for (int i = 0; i < request.getWlangbCount(); i++) {
            String tag = request.getWlangb(i);
            int dash = tag.indexOf('-');
            languages.of(tag, 0, dash < 0 ? tag.length() : dash).addTo(scratch.union);
        }
        CampaignSets.keep(left, scratch.union);
    }

    /** Keeps the campaigns that have anything of the formats on offer and, where banners have set sizes, of such a size. */
    void keepShowable(BidRequest.Imp imp, boolean hasLayout, long[] left, MatchScratch scratch) {
        Arrays.fill(scratch.union, 0);
        if (imp.hasBanner()) {
            addBanners(imp.getBanner(), scratch);
        }
        if (imp.hasVideo()) {
            shown.of(AdFormat.VIDEO.label()).addTo(scratch.union);
        }
        if (hasLayout) {
            shown.of(AdFormat.NATIVE.label()).addTo(scratch.union);
        }
        CampaignSets.keep(left, scratch.union);
    }

    private void addBanners(BidRequest.Banner banner, MatchScratch scratch) {
        if (CreativeFit.isFlexible(banner)) {
            shown.of(AdFormat.BANNER.label()).addTo(scratch.union);
            return;
        }
        for (int i = 0; i < banner.getFormatCount(); i++) {
            BidRequest.Format format = banner.getFormat(i);
            shown.of(Keys.size(format.getW(), format.getH(), scratch.key)).addTo(scratch.union);
        }
        if (banner.getFormatCount() == 0) {
            shown.of(Keys.size(banner.getW(), banner.getH(), scratch.key)).addTo(scratch.union);
        }
    }
}
