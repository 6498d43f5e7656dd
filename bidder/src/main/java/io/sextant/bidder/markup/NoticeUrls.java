package io.sextant.bidder.markup;

import io.sextant.bidder.notice.NoticeKind;
import io.sextant.bidder.notice.Seal;

/**
 * The URLs of one bid. All carry the exchange's macros, which it replaces when it fires them or serves the markup.
 *
 * @param base       scheme, host and port that exchanges and browsers reach a bidder under, without a slash at the end
 * @param priceMacro what the exchange replaces by the price, usually {@code ${AUCTION_PRICE}}
 * @param seal       the bid's tokens
 * @param impression the pixel in the markup
 * @param click      where a click goes first, behind the exchange's click macro if it has one
 */
public record NoticeUrls(String base, String priceMacro, Seal seal, String impression, String click) {
    private static final String MIN_TO_WIN = "&m=${AUCTION_MIN_TO_WIN}";
    private static final String LOSS_MACROS = "&r=${AUCTION_LOSS}" + MIN_TO_WIN;
    private static final String PRICE = "&p=";

    /**
     * Builds them.
     *
     * @param clickMacro what the exchange replaces by its own click counter, ready for our URL, percent-encoded, to follow
     *                   it; empty for none
     */
    public static NoticeUrls of(String base, String priceMacro, String clickMacro, Seal seal) {
        // Every part is copied once.
        String impression = base + "/i?t=" + seal.facts() + Seal.DOT + seal.proof(NoticeKind.IMPRESSION) + PRICE
                + priceMacro;
        String click = base + "/c?t=" + seal.facts() + Seal.DOT + seal.proof(NoticeKind.CLICK);
        return new NoticeUrls(base, priceMacro, seal, impression,
                clickMacro.isEmpty() ? click : clickMacro + Escapes.url(click));
    }

    /** Appends {@code bid.nurl}. */
    public void win(StringBuilder out) {
        url(out, "/n/win?t=", NoticeKind.WIN).append(PRICE).append(priceMacro).append(MIN_TO_WIN);
    }

    /** Appends {@code bid.burl}. */
    public void bill(StringBuilder out) {
        url(out, "/n/bill?t=", NoticeKind.BILL).append(PRICE).append(priceMacro);
    }

    /** Appends {@code bid.lurl}. */
    public void loss(StringBuilder out) {
        url(out, "/n/loss?t=", NoticeKind.LOSS).append(LOSS_MACROS);
    }

    private StringBuilder url(StringBuilder out, String path, NoticeKind kind) {
        out.append(base).append(path).append(seal.facts()).append(Seal.DOT);
        return seal.proof(kind, out);
    }
}
