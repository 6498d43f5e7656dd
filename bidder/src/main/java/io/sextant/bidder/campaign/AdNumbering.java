package io.sextant.bidder.campaign;

import io.sextant.model.feature.AdFeatures;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureEncoder;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Gives the ads of a catalogue their numbers and their features. Cold. */
final class AdNumbering {
    private AdNumbering() {}

    private record Owned(Campaign campaign, Creative creative) {}

    /** All ads, by creative id; the sizes of one creative in its own order. */
    static Ad[] number(Catalogue catalogue) {
        List<Owned> creatives = new ArrayList<>();
        for (Campaign campaign : catalogue.campaigns()) {
            for (Creative creative : campaign.creatives()) {
                creatives.add(new Owned(campaign, creative));
            }
        }
        creatives.sort(Comparator.comparing(owned -> owned.creative.id()));
        List<Ad> ads = new ArrayList<>();
        for (Owned owned : creatives) {
            if (owned.creative.sizes().isEmpty()) {
                ads.add(new Ad(ads.size(), owned.campaign, owned.creative, 0, 0));
            }
            for (Creative.Size size : owned.creative.sizes()) {
                ads.add(new Ad(ads.size(), owned.campaign, owned.creative, size.w(), size.h()));
            }
        }
        return ads.toArray(Ad[]::new);
    }

    /** The features of all ads. */
    static AdTable encode(Ad[] ads, FeatureEncoder encoder) {
        int[][] features = new int[ads.length][encoder.schema().adFields()];
        for (Ad ad : ads) {
            encoder.encodeAd(describe(ad), features[ad.number()]);
        }
        return new AdTable(encoder.schema(), Arrays.asList(features));
    }

    private static AdFeatures describe(Ad ad) {
        Campaign campaign = ad.campaign();
        Creative creative = ad.creative();
        String category = campaign.categories().isEmpty() ? "" : campaign.categories().getFirst();
        String host = URI.create(creative.landingPage()).getHost();
        return new AdFeatures(campaign.advertiserId(), campaign.id(), creative.id(), ad.w(), ad.h(),
                creative.format().label(), category, host == null ? "" : host,
                campaign.language() == null ? "" : campaign.language());
    }
}
