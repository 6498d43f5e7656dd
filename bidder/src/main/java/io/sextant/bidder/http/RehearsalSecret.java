package io.sextant.bidder.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What a bidder knows the requests by that it warms up with: 128 random bits that never leave the process, but on its own
 * connections to itself. Thread-safe.
 */
public final class RehearsalSecret {
    private static final int BYTES = 16;

    private final String value;
    private final byte[] bytes;

    /** Draws one. */
    public RehearsalSecret() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        this.value = HexFormat.of().formatHex(random);
        this.bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As it is sent. */
    String value() {
        return value;
    }

    /** Whether this is it; takes the same time for every wrong one. */
    boolean is(String other) {
        return MessageDigest.isEqual(bytes, other.getBytes(StandardCharsets.ISO_8859_1));
    }
}
