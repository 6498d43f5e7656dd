package io.sextant.bidder.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.notice.NoticeJournal.Outcome;
import io.sextant.bidder.notice.NoticeKind;
import io.sextant.bidder.notice.NoticePrice;
import io.sextant.bidder.notice.TokenStatus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counters of notices, by kind. Thread-safe. */
public final class NoticeMetrics {
    private final Map<NoticeKind, Counts<TokenStatus>> tokens = new EnumMap<>(NoticeKind.class);
    private final Map<NoticeKind, Counts<Outcome>> outcomes = new EnumMap<>(NoticeKind.class);
    private final Map<NoticeKind, Counts<NoticePrice.Status>> prices = new EnumMap<>(NoticeKind.class);

    /** Makes and publishes them. */
    public NoticeMetrics(MeterRegistry registry) {
        for (NoticeKind kind : NoticeKind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            tokens.put(kind, Counts.register(registry, "bidder.notices", "Notices by what became of their token.",
                    "token", TokenStatus.class, "kind", name));
            outcomes.put(kind, Counts.register(registry, "bidder.notices.journal",
                    "Notices with a good token by what became of them in the journal.", "outcome", Outcome.class,
                    "kind", name));
            prices.put(kind, Counts.register(registry, "bidder.notices.price",
                    "Notices with a good token by what became of their price.", "price", NoticePrice.Status.class,
                    "kind", name));
        }
    }

    /** Notices of one kind by token. */
    public Counts<TokenStatus> tokens(NoticeKind kind) {
        return Objects.requireNonNull(tokens.get(kind));
    }

    /** Notices of one kind by outcome. */
    public Counts<Outcome> outcomes(NoticeKind kind) {
        return Objects.requireNonNull(outcomes.get(kind));
    }

    /** Notices of one kind by price. */
    public Counts<NoticePrice.Status> prices(NoticeKind kind) {
        return Objects.requireNonNull(prices.get(kind));
    }
}
