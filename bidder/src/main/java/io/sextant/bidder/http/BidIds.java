package io.sextant.bidder.http;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
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
    /** Ids that others chose are kept up to this length in notices; URLs must stay below 1,024 characters. */
    static final int FOREIGN_ID_BYTES_MAX = 64;
    private static final Hasher128 HASH = Hashing.xxh3_128();

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

    /** An id as it is kept in notices: itself, or its hash where it is too long. */
    static String kept(String foreignId) {
        // Three bytes is the most that a char of Java takes in UTF-8.
        if (foreignId.length() <= FOREIGN_ID_BYTES_MAX / 3 || isShortAscii(foreignId)) {
            return foreignId;
        }
        HashValue128 hash = HASH.hashCharsTo128Bits(foreignId);
        return "xxh3-" + hash;
    }

    private static boolean isShortAscii(String id) {
        if (id.length() > FOREIGN_ID_BYTES_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }
}
