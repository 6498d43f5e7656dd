package io.sextant.bidder.http;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.Creative;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where clicks lead, by creative. Thread-safe; looking up is one volatile read and one hash look-up.
 */
public final class LandingPages {
    private volatile Map<String, String> pages = Map.of();

    /** Takes over a catalogue's landing pages. */
    public void follow(Catalogue catalogue) {
        Map<String, String> found = new HashMap<>();
        for (Campaign campaign : catalogue.campaigns()) {
            for (Creative creative : campaign.creatives()) {
                found.put(creative.id(), creative.landingPage());
            }
        }
        pages = found;
    }

    /** The landing page of a creative, or null if the catalogue does not have it. */
    @Nullable
    String of(String creativeId) {
        return pages.get(creativeId);
    }
}
