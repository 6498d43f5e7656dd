package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;

/**
 * What campaigns want of the impression, beyond what they want of the request: full screen or not, deals, the language of
 * the place, the room. Hot path; every method narrows {@code left} and overwrites {@code union}.
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
    private final Vocabulary languageNames = new Vocabulary();
    private final Dimension languages;
    private final Vocabulary shownNames = new Vocabulary();
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
            languageBuilder.add(number, Keys.language(campaign, languageNames));
            shownBuilder.add(number, Keys.shown(campaign, shownNames));
        }
        this.languages = languageBuilder.build();
        this.shown = shownBuilder.build();
    }

    private static void addIf(boolean condition, long[] set, int campaign) {
        if (condition) {
            CampaignSets.add(set, campaign);
        }
    }

    void keepInterstitial(boolean interstitial, CampaignsLeft left) {
        left.remove(interstitial ? interstitialNever : interstitialOnly);
    }

    /** Keeps the campaigns that may take part in the open auction, if there is one, or in one of the deals. */
    void keepDeals(BidRequest.Pmp pmp, CampaignsLeft left, long[] union) {
        if (pmp.getDealsCount() == 0 && !pmp.getPrivateAuction()) {
            left.remove(dealsOnly);
            return;
        }
        if (pmp.getPrivateAuction()) {
            left.clear(union);
        } else {
            left.copyWithout(dealsOnly, union);
        }
        for (int d = 0; d < pmp.getDealsCount(); d++) {
            addHolders(pmp.getDeals(d), left, union);
        }
        left.keep(union);
    }

    private void addHolders(BidRequest.Deal deal, CampaignsLeft left, long[] union) {
        for (int i = 0; i < left.words(); i++) {
            int word = left.word(i);
            for (long bits = left.bits(i) & dealHolders[word]; bits != 0; bits &= bits - 1) {
                int number = (word << 6) + Long.numberOfTrailingZeros(bits);
                if (Deals.admits(deal, campaigns[number])) {
                    CampaignSets.add(union, number);
                }
            }
        }
    }

    /** Creatives without a language fit everywhere; of a BCP 47 tag only the language counts. */
    void keepLanguages(BidRequest request, CampaignsLeft left, long[] union) {
        if (request.getWlangCount() == 0 && request.getWlangbCount() == 0) {
            return;
        }
        languages.open(union, left);
        for (int i = 0; i < request.getWlangCount(); i++) {
            languages.addTo(languageNames.number(Vocabulary.PLAIN, request.getWlangList(), i), union, left);
        }
        for (int i = 0; i < request.getWlangbCount(); i++) {
            String tag = request.getWlangb(i);
            int dash = tag.indexOf('-');
            languages.addTo(languageNames.number(Vocabulary.PLAIN, tag, 0, dash < 0 ? tag.length() : dash), union,
                    left);
        }
        left.keep(union);
    }

    /** Keeps the campaigns that have anything of the formats on offer and, where banners have set sizes, of such a size. */
    void keepShowable(BidRequest.Imp imp, boolean hasLayout, CampaignsLeft left, long[] union) {
        left.clear(union);
        if (imp.hasBanner()) {
            addBanners(imp.getBanner(), left, union);
        }
        if (imp.hasVideo()) {
            addFormat(AdFormat.VIDEO, left, union);
        }
        if (hasLayout) {
            addFormat(AdFormat.NATIVE, left, union);
        }
        left.keep(union);
    }

    private void addFormat(AdFormat format, CampaignsLeft left, long[] union) {
        shown.addTo(shownNames.number(Vocabulary.PLAIN, format.label()), union, left);
    }

    private void addSize(int w, int h, CampaignsLeft left, long[] union) {
        shown.addTo(shownNames.number(Keys.size(w, h)), union, left);
    }

    private void addBanners(BidRequest.Banner banner, CampaignsLeft left, long[] union) {
        if (CreativeFit.isFlexible(banner)) {
            addFormat(AdFormat.BANNER, left, union);
            return;
        }
        for (int i = 0; i < banner.getFormatCount(); i++) {
            BidRequest.Format format = banner.getFormat(i);
            addSize(format.getW(), format.getH(), left, union);
        }
        if (banner.getFormatCount() == 0) {
            addSize(banner.getW(), banner.getH(), left, union);
        }
    }
}
