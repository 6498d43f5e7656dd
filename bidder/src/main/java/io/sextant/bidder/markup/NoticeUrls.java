package io.sextant.bidder.markup;

/**
 * The URLs of one bid. All carry the exchange's macros, which it replaces when it fires them or serves the markup.
 *
 * @param win        {@code bid.nurl}
 * @param bill       {@code bid.burl}
 * @param loss       {@code bid.lurl}
 * @param impression the pixel in the markup
 * @param click      where a click goes first, behind the exchange's click macro if it has one
 */
public record NoticeUrls(String win, String bill, String loss, String impression, String click) {
    private static final String LOSS_MACROS = "&r=${AUCTION_LOSS}&m=${AUCTION_MIN_TO_WIN}";

    /**
     * Builds them.
     *
     * @param base       scheme, host and port that exchanges and browsers reach a bidder under, without a slash at the end
     * @param priceMacro what the exchange replaces by the price, usually {@code ${AUCTION_PRICE}}
     * @param clickMacro what the exchange replaces by its own click counter, ready for our URL, percent-encoded, to follow
     *                   it; empty for none
     * @param win        token for a win
     * @param bill       token for a bill
     * @param loss       token for a loss
     * @param impression token for the pixel
     * @param click      token for the click
     */
    public static NoticeUrls of(String base, String priceMacro, String clickMacro, String win, String bill, String loss,
            String impression, String click) {
        String price = "&p=" + priceMacro;
        String clickUrl = base + "/c?t=" + click;
        return new NoticeUrls(base + "/n/win?t=" + win + price, base + "/n/bill?t=" + bill + price,
                base + "/n/loss?t=" + loss + LOSS_MACROS, base + "/i?t=" + impression + price,
                clickMacro.isEmpty() ? clickUrl : clickMacro + Escapes.url(clickUrl));
    }
}
