package io.sextant.bidder.pipeline;

import io.sextant.protocol.event.SpendsOn;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;

/**
 * One exchange; key {@code exchanges.NAME}.
 *
 * @param disabled   whether its requests get no bid (default false)
 * @param spendsOn   what costs money: burl (default), nurl, or pixel
 * @param currency   ISO 4217 code of the answers to requests that name no currency (default USD)
 * @param priceMacro what it replaces by the clearing price (default <code>${AUCTION_PRICE}</code>)
 * @param clickMacro what it replaces by its own click counter, for our percent-encoded URL to follow; empty for none
 *                   (default none)
 */
public record ExchangeConfig(boolean disabled, @NotNull Notice spendsOn, @NotBlank String currency,
        @NotBlank String priceMacro, @NotNull String clickMacro) {
    /** Fills in the defaults where an entry leaves a key out. */
    public ExchangeConfig {
        spendsOn = spendsOn == null ? Notice.BURL : spendsOn;
        currency = currency == null ? "USD" : currency;
        priceMacro = priceMacro == null ? "${AUCTION_PRICE}" : priceMacro;
        clickMacro = clickMacro == null ? "" : clickMacro;
    }

    /** What the exchange tells us about a bid. */
    public enum Notice {
        /** The billing notice. */
        BURL(SpendsOn.SPENDS_ON_BILL),
        /** The win notice. */
        NURL(SpendsOn.SPENDS_ON_WIN),
        /** The impression pixel. */
        PIXEL(SpendsOn.SPENDS_ON_IMPRESSION);

        private final SpendsOn spendsOn;

        Notice(SpendsOn spendsOn) {
            this.spendsOn = spendsOn;
        }

        /** The same in events. */
        public SpendsOn spendsOn() {
            return spendsOn;
        }
    }
}
