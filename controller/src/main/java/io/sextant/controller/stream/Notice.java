package io.sextant.controller.stream;

import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.WinEvent;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a bid, from whichever of the four topics it came.
 *
 * @param kind           which notice
 * @param bid            the bid, as sealed in the notice's token
 * @param priceCpmMicros the price that the exchange told; null where it told none
 * @param timeMs         when the bidder received it, by the bidder's clock
 */
record Notice(Kind kind, BidFacts bid, @Nullable Long priceCpmMicros, long timeMs) {
    enum Kind {
        WIN, BILL, IMPRESSION, CLICK
    }

    static Notice of(WinEvent event) {
        return new Notice(Kind.WIN, event.getBid(), event.hasPriceCpmMicros() ? event.getPriceCpmMicros() : null,
                event.getTimeMs());
    }

    static Notice of(BillEvent event) {
        return new Notice(Kind.BILL, event.getBid(), event.hasPriceCpmMicros() ? event.getPriceCpmMicros() : null,
                event.getTimeMs());
    }

    static Notice of(ImpressionEvent event) {
        return new Notice(Kind.IMPRESSION, event.getBid(), event.hasPriceCpmMicros() ? event.getPriceCpmMicros() : null,
                event.getTimeMs());
    }

    static Notice of(ClickEvent event) {
        return new Notice(Kind.CLICK, event.getBid(), null, event.getTimeMs());
    }
}
