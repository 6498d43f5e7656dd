package io.sextant.bidder.http;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes bid ids that no other loop, process or run makes: 72 random bits drawn at start, and a counter.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class BidIds {
    private static final int RANDOM_BYTES = 9;

    private final String prefix;
    private long counter;

    BidIds() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        this.prefix = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + '.';
    }

    /** The next id: URL-safe, at most 26 characters. */
    String next() {
        return prefix + Long.toString(counter++, Character.MAX_RADIX);
    }
}
