package io.sextant.bidder.markup;

import io.sextant.bidder.notice.NoticeKind;
import io.sextant.bidder.notice.Seal;

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
     * @param seal       the bid's tokens
     */
    public static NoticeUrls of(String base, String priceMacro, String clickMacro, Seal seal) {
        String price = "&p=" + priceMacro;
        String clickUrl = url(base, "/c?t=", seal, NoticeKind.CLICK, "");
        return new NoticeUrls(url(base, "/n/win?t=", seal, NoticeKind.WIN, price),
                url(base, "/n/bill?t=", seal, NoticeKind.BILL, price),
                url(base, "/n/loss?t=", seal, NoticeKind.LOSS, LOSS_MACROS),
                url(base, "/i?t=", seal, NoticeKind.IMPRESSION, price),
                clickMacro.isEmpty() ? clickUrl : clickMacro + Escapes.url(clickUrl));
    }

    /* Every part is copied once. */
    private static String url(String base, String path, Seal seal, NoticeKind kind, String macros) {
        return base + path + seal.facts() + Seal.DOT + seal.proof(kind) + macros;
    }
}
