package io.sextant.bidder.http;

import java.util.List;

/** Whether the bidder can bid. Implementations are thread-safe and quick. */
@FunctionalInterface
public interface Readiness {
    /** What is missing, one text each; nothing when the bidder is ready. */
    List<String> missing();
}
