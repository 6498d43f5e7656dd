package io.sextant.bidder.campaign;

/**
 * One thing that can be shown: a creative in one of its sizes. Ads are numbered by creative id, then by the size's place
 * in the creative; candidates are ad numbers.
 *
 * @param number   0 to {@link CampaignIndex#size()} - 1
 * @param campaign who pays
 * @param creative what is shown
 * @param w        width; 0 for native
 * @param h        height; 0 for native
 */
public record Ad(int number, Campaign campaign, Creative creative, int w, int h) {}
