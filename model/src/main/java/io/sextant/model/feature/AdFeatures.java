package io.sextant.model.feature;

/**
 * What the model may know of a creative. Fixed when the catalogue is loaded. An empty string or 0 means "not given".
 *
 * @param advertiser    advertiser's id
 * @param campaign      campaign's id
 * @param creative      creative's id
 * @param width         width in pixels
 * @param height        height in pixels
 * @param format        {@code banner}, {@code video}, {@code audio} or {@code native}
 * @param category      first content category, in the catalogue's taxonomy
 * @param landingDomain domain of the landing page
 * @param language      language of the ad, ISO 639-1
 */
public record AdFeatures(String advertiser, String campaign, String creative, int width, int height, String format,
        String category, String landingDomain, String language) {}
